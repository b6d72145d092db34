"""Encryption of what identifies a person, and the blind index that still finds it.

A value is sealed with AES-256-GCM under a random nonce, so equal values look different; a keyed hash of the value
(HMAC-SHA-256) stands beside it where a value must be looked up. Imports nothing but cryptography: Rasa's tracker
store, which runs on another Python, seals with the same code.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class WrongKeyError(Exception):
    """The data were sealed with another key, or were changed."""


class Sealer:
    """Seals and opens with one 32-byte master key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the data key must be 32 bytes (64 hex digits)")
        self._aead = AESGCM(hashlib.sha256(b"kawal seal" + key).digest())
        self._index_key = hashlib.sha256(b"kawal index" + key).digest()

    def seal(self, text: str) -> bytes:
        """Text to bytes nobody reads without the key; half a character (a lone surrogate) becomes a question mark."""
        return self.seal_bytes(text.encode("utf-8", "replace"))

    def seal_bytes(self, content: bytes) -> bytes:
        """What is no text: a picture."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, content, None)

    def open(self, sealed: bytes) -> str:
        """Bytes back to the text.

        Raises:
            WrongKeyError: the key is another one, or the bytes were changed.
        """
        try:
            return self.open_bytes(sealed).decode("utf-8")
        except ValueError as error:
            raise WrongKeyError("sealed with another key, or changed") from error

    def open_bytes(self, sealed: bytes) -> bytes:
        """What ``seal_bytes`` sealed.

        Raises:
            WrongKeyError: the key is another one, or the bytes were changed.
        """
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:  # ValueError: cut off inside the nonce
            raise WrongKeyError("sealed with another key, or changed") from error

    def index(self, kind: str, value: str) -> str:
        """The blind index of a value; ``kind`` keeps a NIK and a card number with equal digits apart."""
        return hmac.new(self._index_key, f"{kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


_current: Sealer | None = None


def install(key: bytes) -> None:
    """Set this process's key; called once, where the database is opened."""
    global _current
    _current = Sealer(key)


def current() -> Sealer:
    """This process's sealer.

    Raises:
        RuntimeError: ``install`` was not called.
    """
    if _current is None:
        raise RuntimeError("no data key installed: open the database first")
    return _current


def index(kind: str, value: str) -> str:
    """Blind index of a value with this process's key."""
    return current().index(kind, value)
