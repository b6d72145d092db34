"""Case tables of the language tests (tab-separated, what is expected last) and made-up messages for property tests."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st


def rows(name: str) -> list[tuple[str, ...]]:
    """The rows of ``name.tsv`` without its comments."""
    lines = Path(__file__).with_name(f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def messages(words: str) -> st.SearchStrategy[str]:
    """Any text, and rows of the given words, which reach deeper than random letters do."""
    return st.one_of(st.text(max_size=80), rows_of(words))


def rows_of(words: str) -> st.SearchStrategy[str]:
    """Up to twelve of the words in any order."""
    return st.lists(st.sampled_from(words.split()), max_size=12).map(" ".join)
