"""A role is given: invited on the command line, claimed on the phone, taken away again."""

from __future__ import annotations

import re

import pytest

from tests.journeys.worlds import CADRE, STRANGER
from tests.stack import RunningStack, start_kawal

NOTE = "daftar bumil Ponirah Setyowati 28 th desa Sumberoto hpht 3 agustus 2026"


def kawal(stack: RunningStack, *words: str) -> str:
    """What a command of the same installation prints."""
    log = stack.home / "command.log"
    log.unlink(missing_ok=True)
    assert start_kawal(*words, home=stack.home, port=stack.port, log=log).wait(60) == 0
    return log.read_text(encoding="utf-8")


def invited(stack: RunningStack, phone: str) -> str:
    printed = kawal(stack, "invite", "--role", "cadre", "--name", "Wagini Kader", "--phone", phone,
                    "--village", "Sumberoto/Donomulyo")  # fmt: skip
    found = re.search(r"kode undangan: ([A-Z2-9]{8})", printed)
    assert found is not None, printed
    return found[1]


@pytest.mark.parametrize("words", ["kode undangan {code}", "/start {code}"])
def test_invited_cadre_claims_her_role_and_registers(stack: RunningStack, words: str) -> None:
    code = invited(stack, STRANGER)
    welcome = stack.say(STRANGER, words.format(code=code))
    assert "Wagini Kader" in welcome.text
    assert welcome.trace["handled_by"] == "invitation"
    assert [row["active"] for row in stack.records("cadre", phone=STRANGER)] == [True]
    assert "Ponirah Setyowati" in stack.say(STRANGER, NOTE).text
    assert "sudah pernah dipakai" in stack.say(STRANGER, words.format(code=code)).text


def test_code_of_another_number_and_guessing_get_nobody_in(stack: RunningStack) -> None:
    other = "+6281299000091"
    code = invited(stack, STRANGER)
    assert "tidak cocok" in stack.say(other, f"kode undangan {code}").text
    for sign in "BCDE":
        stack.say(other, f"kode undangan AAAAAA{sign}2")
    assert "satu jam" in stack.say(other, f"kode undangan {code}").text
    assert stack.records("cadre", phone=other) == []
    assert "Selamat datang" in stack.say(STRANGER, f"kode undangan {code}").text


def test_expired_code_is_told_so(stack: RunningStack) -> None:
    code = invited(stack, STRANGER)
    stack.advance("2026-11-28T09:00:01+07:00")
    assert "tujuh hari" in stack.say(STRANGER, f"kode undangan {code}").text
    assert stack.records("cadre", phone=STRANGER) == []


def test_revoked_cadre_gets_nothing_any_more(stack: RunningStack) -> None:
    assert "1 peran" in kawal(stack, "invite", "--revoke", CADRE)
    assert "kode undangan" in stack.say(CADRE, NOTE).text
    assert [row["active"] for row in stack.records("cadre", phone=CADRE)] == [False]
