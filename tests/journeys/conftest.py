"""The running system for journeys, and their order: what looks back on the whole session comes last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.worlds import NOW, world
from tests.stack import RunningStack, shared_stack

LOOKING_BACK = "test_afterwards"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that judge everything said and printed behind all that says and prints."""
    items.sort(key=lambda item: item.path.stem == LOOKING_BACK)


@pytest.fixture(scope="session")
def running_stack() -> Iterator[RunningStack]:
    """The one stack of this session."""
    with shared_stack("journeys") as stack:
        yield stack


@pytest.fixture
def stack(running_stack: RunningStack) -> RunningStack:
    """The stack with everybody of the journeys' world, on a Saturday morning, on WhatsApp."""
    running_stack.reset(world(), NOW)
    return running_stack
