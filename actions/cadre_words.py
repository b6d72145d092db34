"""What a cadre is shown of the sheets: summaries, lists, what is missing and what is wrong. Values only; words stand
in ``registry/texts/registration_cadre.yml``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from actions.cadre_sheets import Problems, Sheet
from actions.task import say
from nlu.language.dates import format_date
from nlu.language.identifiers import mask_nik
from registry import areas, places, texts
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import codes
from registry.persons.people import Helper
from registry.pregnancies.entries import Entry
from registry.pregnancies.registration import Difference
from registry.rules import dating
from registry.rules.majority import age_on

DATING_UNKNOWN = "/inform:missing:undated"
MOST_VILLAGES = 9  # buttons beside the one that leaves
LONGEST_TITLE = 20


def first_question(sheet: Sheet) -> Draft:
    """Everything that is wanted, in one message."""
    return say("cadre_ask_first", missing=_needed(sheet))


def missing_question(sheet: Sheet) -> Draft:
    """What is still wanted, in one message; who does not know the dates may say so with a button."""
    question = say("cadre_ask_missing", missing=_needed(sheet))
    unknown = ((texts.phrase("title_dating_unknown"), DATING_UNKNOWN),) if "dating" in sheet.missing else ()
    return replace(question, buttons=(*unknown, (texts.phrase("title_cancel"), "/cancel")))


def _needed(sheet: Sheet) -> str:
    return "\n".join(f"• {texts.phrase(f'need_{name}')}" for name in (*sheet.missing, *sheet.open))


def village_question(session: Session, codes: Iterable[str]) -> Draft:
    """The villages it may be, a button each."""
    named = areas.titles(session, list(codes)[:MOST_VILLAGES])
    buttons = tuple((title[:LONGEST_TITLE], f"/inform:village:{code}") for code, title in named.items())
    return replace(say("cadre_ask_village"), buttons=(*buttons, (texts.phrase("title_cancel"), "/cancel")))


def heard(session: Session, sheet: Sheet, today: date) -> str:
    """What is on a sheet in one line: "Siti Aminah, 24 th, Sumberoto, HPHT 3 Agustus 2026 (15 minggu)"."""
    entry = sheet.entry
    age = age_on(entry.born_on, today) if entry.born_on else entry.age
    village = places.village_label(session, entry.village_code)
    parts = [
        entry.name,
        say("short_age", age=age).text if age is not None else None,
        village.partition(",")[0] if village else None,
        _short_dating(sheet, today),
        say("short_hpl", hpl=format_date(entry.hpl)).text if entry.hpl else None,
        _local(entry.phone) if entry.phone else texts.phrase("short_no_phone") if sheet.no_phone else None,
        say("short_nik", nik=mask_nik(entry.nik)).text if entry.nik else None,
    ]
    return ", ".join(part for part in parts if part)


def _short_dating(sheet: Sheet, today: date) -> str | None:
    if sheet.undated:
        return texts.phrase("short_undated")
    hpht = sheet.entry.hpht
    if hpht is None:
        return None
    weeks = dating.weeks_on(hpht, today)
    if sheet.entry.dated_by == "weeks":
        return say("short_weeks", weeks=weeks).text
    return say("short_hpht", hpht=format_date(hpht), weeks=weeks).text


def summary(session: Session, sheet: Sheet, today: date) -> Draft:
    """Everything on a sheet to be confirmed, and what may follow later."""
    lines = [*_person_lines(session, sheet, today), *_pregnancy_lines(sheet, today)]
    if sheet.open:
        names = ", ".join(texts.phrase(f"short_need_{name}") for name in sheet.open)
        lines.append(say("cadre_summary_open", open=names).text)
    return say("cadre_summary", lines="\n".join(lines))


def _person_lines(session: Session, sheet: Sheet, today: date) -> list[str]:
    entry = sheet.entry
    lines = [say("line_name", name=entry.name).text]
    if entry.born_on is not None:
        lines.append(say("line_born", born=format_date(entry.born_on), age=age_on(entry.born_on, today)).text)
    elif entry.age is not None:
        lines.append(say("line_age", age=entry.age).text)
    lines.append(say("line_village", village=places.village_label(session, entry.village_code)).text)
    if entry.phone is not None:
        lines.append(_phone_line(entry))
    elif sheet.no_phone:
        lines.append(texts.phrase("line_no_phone"))
    if entry.nik is not None:
        lines.append(say("line_nik", nik=mask_nik(entry.nik)).text)
    return lines


def _phone_line(entry: Entry) -> str:
    number = _local(entry.phone or "")
    if entry.phone_owner is None:
        return say("line_phone", phone=number).text
    return say("line_phone_of", phone=number, owner=texts.phrase(f"owner_{entry.phone_owner}")).text


def _local(phone: str) -> str:
    """0812...: as she writes it."""
    return f"0{phone.removeprefix('+62')}"


def _pregnancy_lines(sheet: Sheet, today: date) -> list[str]:
    entry = sheet.entry
    hpht = entry.hpht or (dating.first_day(entry.hpl) if entry.hpl else None)
    if hpht is None:
        lines = [texts.phrase("line_undated")]
    else:
        name = "line_weeks" if entry.dated_by == "weeks" else "line_hpht" if entry.hpht else "line_counted"
        values: dict[str, Any] = {"hpht": format_date(hpht)} if name != "line_counted" else {}
        lines = [say(name, weeks=dating.weeks_on(hpht, today), **values).text]
        lines.append(say("line_hpl", hpl=format_date(entry.hpl or dating.due_date(hpht))).text)
    if entry.gpa is not None:
        lines.append(say("line_gpa", gravida=entry.gravida, gpa=entry.gpa).text)
    elif entry.gravida is not None:
        lines.append(say("line_gravida", gravida=entry.gravida).text)
    if entry.jkn_told is not None:
        lines.append(say("line_jkn", jkn=texts.phrase(f"jkn_told_{entry.jkn_told}")).text)
    return lines


def errors(problems: Problems) -> Draft | None:
    """Everything that could not be taken, in one message."""
    if not problems:
        return None
    return say("cadre_wrong", errors="\n".join(f"• {line}" for line in error_lines(problems)))


def error_lines(problems: Problems) -> list[str]:
    """A sentence for each fault, each once."""
    lines = [texts.phrase(f"wrong_{name}_{code}") or texts.phrase(f"wrong_{name}") for name, code in problems]
    return list(dict.fromkeys(line for line in lines if line))


def list_line(
    session: Session, number: int, sheet: Sheet, today: date, *, known: bool, problems: Problems
) -> str:  # fmt: skip
    """One mother in the list of several, with what is missing and what is wrong."""
    told = heard(session, sheet, today)
    if sheet.missing:
        names = ", ".join(texts.phrase(f"short_need_{name}") for name in sheet.missing)
        line = say("cadre_line_missing", number=number, heard=told, missing=names).text
    elif known:
        line = say("cadre_line_known", number=number, heard=told).text
    else:
        line = say("cadre_line_ready", number=number, heard=told).text
    return "\n".join([line, *(f"   ✗ {error}" for error in error_lines(problems))])


def duplicate(session: Session, person: Person, why: str) -> Draft:
    """Who is known already: as much as is needed to know her by."""
    return say(
        "cadre_duplicate_nik" if why == "nik" else "cadre_duplicate",
        name=person.name or texts.phrase("phrase_unknown"),
        village=places.village_label(session, person.village_code) or texts.phrase("phrase_village_unknown"),
        nik=mask_nik(person.nik) if person.nik else texts.phrase("phrase_unknown"),
        code=codes.of(session, person),
        id=person.id,
    )


def elsewhere(helpers: list[Helper]) -> Draft:
    """She is another area's: whom to ask, and nothing of her."""
    staff = [helper for helper in helpers if helper.role != "cadre"]
    who = "; ".join(f"{helper.name} {_local(helper.phone)}" for helper in staff[:2])
    return say("cadre_elsewhere", who=who or texts.phrase("role_midwife"))


def differences(session: Session, found: Iterable[Difference]) -> Draft:
    """The record and what is told now, side by side."""
    lines = [
        say(
            "cadre_difference",
            field=texts.phrase(f"field_{each.field}"),
            old=_shown(session, each.field, each.old),
            new=_shown(session, each.field, each.new),
        ).text
        for each in found
    ]
    return say("cadre_ask_differences", lines="\n".join(lines))


def _shown(session: Session, field: str, value: Any) -> str:
    if isinstance(value, date):
        return format_date(value)
    if field == "nik":
        return mask_nik(str(value))
    if field == "village_code":
        return places.village_label(session, str(value)) or str(value)
    return _local(str(value)) if field == "phone" else str(value)
