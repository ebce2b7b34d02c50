"""A browser on the live page, for all end-to-end tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import Tab, browser
from tests.running import Running


@pytest.fixture(scope="session")
def opened() -> Iterator[Tab]:
    with browser() as tab:
        yield tab


@pytest.fixture
def tab(opened: Tab, running: Running) -> Iterator[Tab]:
    """A tab on the page; afterwards nothing may have gone wrong in it."""
    opened.faults.clear()
    opened.shape(1280, 900)
    opened.open("about:blank")
    yield opened
    assert opened.faults == []
