"""What the registry refuses, as a small family; the docstring of each child is its meaning."""

from __future__ import annotations


class RegistryError(Exception):
    """The registry cannot do what was asked."""


class NotAllowedError(RegistryError):
    """The speaker may not see or do this."""


class WorldError(RegistryError):
    """A world document does not hold together; the message says where."""
