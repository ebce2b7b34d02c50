"""Which tests run in one process when several run side by side: those that share a broker and a database.

By folder, as the scheduler of pytest-xdist sees names only. A test in the wrong folder costs one more stack.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

SESSIONS = ("tests/chaos/", "tests/e2e/", "tests/integration/cli/", "tests/integration/infra/")
"""They play on the whole stack of the test run, the fixture `running`."""
BACKING = ("tests/integration/",)
"""They use the broker or the database alone, or start a stack of their own."""


def scope(nodeid: str) -> str:
    """A name that tests have in common which stay in one process."""
    if nodeid.startswith(SESSIONS):
        return "sessions"
    return "backing" if nodeid.startswith(BACKING) else nodeid.partition("::")[0]


def order(nodeid: str) -> int:
    """What lasts longest comes first, so that the processes end at about the same time."""
    return {"sessions": 0, "backing": 1}.get(scope(nodeid), 2)


class ByStack(LoadScopeScheduling):  # type: ignore[misc]
    """One scope at a time to each process."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
