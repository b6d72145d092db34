"""Reading rows, and a mother's form of corrections filled in as an officer does it."""

from __future__ import annotations

import re
from typing import Any

from tests.console.conftest import Browser, Console

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


def one(console: Console, table: type[Any], number: int) -> Any:
    with console.database.read() as session:
        return session.get(table, number)


def every(console: Console, rows: Any) -> list[Any]:
    with console.database.read() as session:
        return list(session.scalars(rows))


def standing(browser: Browser, ids: dict[str, int]) -> dict[str, Any]:
    """The form of corrections as the page shows it."""
    text = browser.get(f"/ibu/{ids['person']}/ubah").text
    names = dict(re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', text))
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        names[name] = chosen[1] if chosen else ""
    return {name: value for name, value in names.items() if name not in ("csrf", "step", "risk", "weighed")}


def correct(browser: Browser, ids: dict[str, int], **typed: Any) -> tuple[int, str]:
    """Through both pages; the status of the last answer and its text or address."""
    path = f"/ibu/{ids['person']}/ubah"
    form = {**standing(browser, ids), **typed}
    shown = browser.post(path, {**form, "step": "check"})
    seen = SEEN.search(shown.text)
    if shown.status_code != 200 or seen is None:
        return shown.status_code, shown.text
    kept = browser.post(path, {**form, "step": "keep", "seen": seen[1]})
    return kept.status_code, kept.headers.get("location", kept.text)
