"""Texts: what is said, where it comes from, who stands by it; changed and signed by those who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from string import Formatter

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import drawing, rules_page, staff_page
from console.pages import View, page
from registry import access, clock, texts, wordings
from registry.errors import NotAllowedError
from registry.texts import Sentence
from registry.wording_checks import LONGEST, LONGEST_TITLE
from registry.wordings import State, WordingError

ADDRESS = f"{rules_page.ADDRESS}/teks"
PAGE = 40
REFUSED = 400


def routes() -> list[BaseRoute]:
    """Everybody signed in may read; who may change or sign is asked of ``registry.access``."""
    return [
        page("/aturan/teks", show),
        page("/aturan/teks/{name}", show_one),
        page("/aturan/teks/{name}", change, methods=["POST"]),
        page("/aturan/teks/{name}/kembali", restore, methods=["POST"]),
        page("/aturan/teks/{name}/setujui", sign, methods=["POST"]),
    ]


def show(view: View) -> Response:
    """Every text with its source; those that nobody has signed can be looked at alone."""
    decided = wordings.read(view.session, clock.today(view.now))
    every = wordings.spoken(decided)
    asked, unsigned = view.query.get("cari", ""), view.query.get("belum") == "1"
    file, changed = view.query.get("bagian", ""), view.query.get("diubah") == "1"
    wanted = asked.casefold()
    found = [
        one
        for one in every.values()
        if (not unsigned or not one.approved)
        and (not changed or one.name in decided.wordings)
        and (file in ("", one.file))
        and (wanted in one.name or wanted in one.text.casefold())
    ]
    number = view.page_number()
    return view.render(
        "texts.html", rows=found[(number - 1) * PAGE : number * PAGE], number=number, total=len(found),
        last=-(-len(found) // PAGE) or 1, asked=asked, unsigned=unsigned, file=file, changed=changed,
        waiting=sum(not one.approved for one in every.values()), files=_files(every.values()),
        decided=decided.wordings,
    )  # fmt: skip


def _files(sentences: Iterable[Sentence]) -> list[str]:
    """The parts of the bot that say something, by their words."""
    return sorted({one.file for one in sentences}, key=lambda name: drawing.word("text_file", name).casefold())


def _state(view: View) -> State:
    found = wordings.state(view.session, str(view.request.path_params["name"]), clock.today(view.now))
    if found is None:
        raise HTTPException(404)
    return found


def show_one(view: View) -> Response:
    """One text as it looks, with its history, and forms for those who may."""
    return _drawn(view, _state(view))


def _drawn(
    view: View, found: State, problem: str = "", status: int = 200, preview: Sentence | None = None
) -> Response:  # fmt: skip
    staff = view.officer.staff
    today = clock.today(view.now)
    upcoming = [row for row in found.history if row.valid_from > today]
    shown = [found.current, *(found.of(row) for row in upcoming)]
    return view.render(
        "text.html", status, found=found, problem=problem, preview=preview, form=view.form, upcoming=upcoming,
        may_change=access.may_decide(staff) and found.lock is None, looks=looks, names=staff_page.names_by_number(view),
        signable={
            one.digest for one in shown if access.may_sign(staff, wordings.author_of(found, one.digest))
        },
        may_unsign=access.may_sign(staff, None), longest=LONGEST, longest_title=LONGEST_TITLE,
        is_signed=lambda one: _is_signed(found, one), address=f"{ADDRESS}/{found.original.name}",
        titles=view.lists.get("title", []), holes=_holes(found.original.text),
    )  # fmt: skip


def _is_signed(found: State, one: Sentence) -> bool:
    mark = found.signatures.get(one.digest)
    return one.approved if mark is None else mark.given


def _holes(text: str) -> list[str]:
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))


def looks(text: str) -> str:
    """As it arrives on a phone, with invented values in its holes."""
    return text.strip().format_map({name: texts.example(name) for name in _holes(text)})


def change(view: View) -> Response:
    """Look first, then keep: what cannot be said is told and not kept."""
    found = _state(view)
    typed, titles = view.form.get("text", "").replace("\r\n", "\n"), view.lists.get("title", [])
    day = _day(view.form.get("day", ""))
    try:
        _may(found, view)
        if day is None:
            raise WordingError("date")
        if view.form.get("langkah") != "simpan":
            wordings.check(view.session, found, typed.strip(), titles, day, view.now)
            return _drawn(view, found, preview=_as(found.original, typed, titles))
        wordings.change(
            view.session, view.officer.staff, found.original.name, typed, titles, day, view.form.get("source", ""),
            view.now,
        )  # fmt: skip
    except WordingError as error:
        return _drawn(view, found, f"text_{error.problem}", REFUSED)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(f"{ADDRESS}/{found.original.name}", "teks_disimpan")


def _may(found: State, view: View) -> None:
    if found.lock is not None or not access.may_decide(view.officer.staff):
        raise NotAllowedError("decide")


def _as(original: Sentence, text: str, titles: list[str]) -> Sentence:
    buttons = tuple((title, payload) for title, (_, payload) in zip(titles, original.buttons, strict=True))
    return replace(original, text=text, buttons=buttons)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def restore(view: View) -> Response:
    """Back to the file's words."""
    found = _state(view)
    day = _day(view.form.get("day", "")) or clock.today(view.now)
    try:
        wordings.restore(
            view.session, view.officer.staff, found.original.name, day, view.form.get("source", ""), view.now
        )
    except WordingError as error:
        return _drawn(view, found, f"text_{error.problem}", REFUSED)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(f"{ADDRESS}/{found.original.name}", "teks_disimpan")


def sign(view: View) -> Response:
    """Stand by the very words that were shown, or no longer."""
    found, given = _state(view), view.form.get("setuju") == "1"
    try:
        wordings.sign(
            view.session, view.officer.staff, found.original.name, view.form.get("digest", ""),
            view.form.get("source", ""), view.now, given=given,
        )  # fmt: skip
    except WordingError as error:
        return _drawn(view, found, f"text_{error.problem}", REFUSED)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(f"{ADDRESS}/{found.original.name}", "teks_disahkan" if given else "teks_ditarik")
