"""A broadcast that needs a second person, in the console: who may say yes sees it first, a no needs a reason."""

from __future__ import annotations

import html

import pytest

from registry import programme
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.console.test_broadcasts import NEIGHBOUR, TEXT, do, only, peopled, queued, write
from tests.factories import GONDANGLEGI, SUMBEROTO

__all__ = ["peopled"]


@pytest.fixture
def two_needed(peopled: Console) -> Console:
    """Whatever is sent needs a second person."""
    with peopled.database.write() as session:
        programme.decide(session, "broadcast_second_approval_from", 1, NOW.date(), "test")
    return peopled


def test_large_one_waits_for_a_second_person(two_needed: Console) -> None:
    sender, second = two_needed.midwife(), two_needed.dinkes()
    address = write(sender)
    assert "perlu disetujui petugas lain" in sender.get(address).text
    assert "Budi Santosa" in html.unescape(sender.get(address).text)  # who may say yes is named before
    assert "perlu disetujui petugas lain" in do(sender, address, "kirim")
    assert "Tidak bisa dilakukan" in do(sender, address, "setujui")
    assert queued(two_needed) == 0
    assert "siaran_done" not in do(second, address, "setujui")
    assert queued(two_needed) == 1
    assert "Disetujui</dt><dd>" in sender.get(address).text


def test_it_stands_on_the_page_of_whoever_may_approve_after_the_danger(two_needed: Console) -> None:
    sender, second = two_needed.midwife(), two_needed.dinkes()
    do(sender, write(sender), "kirim")
    page = second.get("/").text
    order = ("Perlu disetujui", "Peringatan terbuka", "Menunggu persetujuan", 'id="percakapan"')
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)  # danger goes first
    assert f'href="/console/siaran/{only(two_needed).id}"' in page
    assert TEXT in page
    stranger = two_needed.midwife(NEIGHBOUR, GONDANGLEGI)
    assert "Menunggu persetujuan" not in sender.get("/").text + stranger.get("/").text
    do(second, f"/siaran/{only(two_needed).id}", "setujui")
    assert "Menunggu persetujuan" not in second.get("/").text


def test_colleague_opens_and_decides_about_one_of_dinkes(two_needed: Console) -> None:
    sender, second = two_needed.dinkes(), two_needed.midwife()
    address = write(sender, areas=SUMBEROTO)
    assert second.get(address).status_code == 404
    do(sender, address, "kirim")
    assert "Setujui dan kirim" in second.get(address).text
    do(second, address, "setujui")
    assert second.get(address).status_code == 200  # she sees what came of it


def test_no_needs_a_reason_which_the_first_reads(two_needed: Console) -> None:
    sender, second = two_needed.midwife(), two_needed.dinkes()
    address = write(sender)
    do(sender, address, "kirim")
    assert "Tidak bisa dilakukan" in do(second, address, "tolak")
    second.get(address)
    answer = second.post(f"{address}/tolak", {"why": "Tanggalnya <b>keliru</b>."})
    assert "Siaran ditolak" in second.get(answer.headers["location"].removeprefix("/console")).text
    page = sender.get(address).text
    assert "Tidak disetujui oleh" in page
    assert "Tanggalnya &lt;b&gt;keliru&lt;/b&gt;." in page
    assert "tidak disetujui" in sender.get("/siaran").text
    assert queued(two_needed) == 0
    assert only(two_needed).status == "stopped"
