"""The running system and a real browser; a missing chromium is a failure, never a skip."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.stack import RunningStack, shared_stack

NOW = "2026-11-21T09:00:00+07:00"
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def running_stack() -> Iterator[RunningStack]:
    """The one stack of this session."""
    with shared_stack("browser") as stack:
        yield stack


@pytest.fixture
def stack(running_stack: RunningStack) -> RunningStack:
    """The stack with the demonstration's people, nothing said yet."""
    running_stack.reset(None, NOW)
    return running_stack


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium; closed with this package, for its event loop would stand in the way of everybody else's."""
    path = shutil.which("chromium")
    assert path is not None, "chromium is missing: kawal doctor says how to get it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1280 by 800."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="id-ID", timezone_id="Asia/Jakarta")
    yield context.new_page()
    context.close()
