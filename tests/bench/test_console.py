"""The console's group on a kabupaten that is small enough for a test."""

from __future__ import annotations

from bench import console


def test_every_page_is_asked_for_by_both_officers() -> None:
    figures = console.measure(asks=1, pregnancies=400, messages=20_000)
    assert set(figures) == {"console.p95_ms", "console.max_queries", *console.PAGES, *console.FILES}
    assert figures["console.p95_ms"] == max(figures[name] for name in console.PAGES)
    assert 0 < figures["console.max_queries"] < 40
