"""What a message is made of, for the danger gate: folded tokens that remember where they stood.

The gate folds for itself and leans on no other module: it must answer when everything else is down.
"""

import re
import unicodedata
from dataclasses import dataclass

HEAD_CHARS = 4000
TAIL_CHARS = 2000
"""A longer message is read at its head and its tail only: nobody types more, and the answer must stay quick."""

SPELLED_LETTERS = 4

END = "."
PAUSE = ","

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_TOKEN = re.compile(
    rf"[^\W_]+(?:[.,/]\d+)+(?![^\W_])|[^\W_][^\W_{_INVISIBLE}\u0300-\u036f]*(?:[{_INVISIBLE}\u0300-\u036f]+[^\W_]*)*"
    r"|\.{2,}|…|[.!?;\n]|[,:()\-–—/]"
)
_DROPPED = re.compile(rf"[{_INVISIBLE}\u0300-\u036f]")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_REDUPLICATED = re.compile(r"([a-z]{2,})2([a-z]*)$")
_LEET_DIGIT = re.compile(r"(?<=[a-z])[01345](?=[a-z])")
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s"}
_NUMBER_AND_UNIT = re.compile(r"(\d{1,3})([a-z]{1,9})(?:\d[a-z]?)?$")


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word (or END, PAUSE) and its place in the text as typed."""

    word: str
    start: int
    end: int


def fold(word: str) -> str:
    """Lower case without accents, invisible characters, drawn-out letters, digits for letters or the digit-2 plural."""
    if not word.isascii():
        word = _DROPPED.sub("", unicodedata.normalize("NFKD", word))
    word = _REPEATED.sub(r"\1", word.lower())
    word = _REDUPLICATED.sub(r"\1\2", word)
    return _LEET_DIGIT.sub(lambda digit: _LEET[digit.group()], word)


def tokenise(text: str) -> list[Token]:
    """The tokens of `text` in order, closed by one END; a doubled word counts once (kenceng-kenceng)."""
    tokens: list[Token] = []
    for match in _matches(text):
        for token in _split(match):
            if not tokens or tokens[-1].word != token.word:
                tokens.append(token)
            if len(tokens) > 2 and token.word == tokens[-3].word and tokens[-2].word == PAUSE and token.word.isalpha():
                del tokens[-2:]
    tokens.append(Token(END, len(text), len(text)))
    return _join_spelled(tokens)


def _join_spelled(tokens: list[Token]) -> list[Token]:
    """k e j a n g is one word."""
    joined: list[Token] = []
    run: list[Token] = []
    for token in tokens:
        if len(token.word) == 1 and token.word.isalpha():
            run.append(token)
            continue
        if len(run) >= SPELLED_LETTERS:
            run = [Token("".join(letter.word for letter in run), run[0].start, run[-1].end)]
        joined += [*run, token]
        run = []
    return joined


def _matches(text: str) -> list[re.Match[str]]:
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return list(_TOKEN.finditer(text))
    return [*_TOKEN.finditer(text, 0, HEAD_CHARS), *_TOKEN.finditer(text, len(text) - TAIL_CHARS)]


def _is_hyphen(match: re.Match[str]) -> bool:
    """Between letters (apa-apain, ari-ari) a stroke joins; between figures or spaces it parts."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() : match.end() + 1]
    return match.group() == "-" and before.isalpha() and after.isalpha()


def _split(match: re.Match[str]) -> list[Token]:
    raw, (start, end) = match.group(), match.span()
    if len(raw) == 1 and raw in ".!?;\n":
        return [Token(END, start, end)]
    if not raw[0].isalnum():
        return [] if _is_hyphen(match) else [Token(PAUSE, start, end)]
    word = fold(raw)
    measured = _NUMBER_AND_UNIT.match(word)
    words = measured.groups() if measured else (word,)
    return [Token(part, start, end) for part in words if part]
