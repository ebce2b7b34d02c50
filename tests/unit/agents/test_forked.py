"""The adapter of forks says what is wrong with its configuration before anything is played."""

from __future__ import annotations

from typing import Any

import pytest

from ethogram.agents.forked import Forked

GOOD: dict[str, Any] = {
    "session": "11111111-2222-4333-8444-555555555555", "at": "e", "turns": 3,
    "then": {"adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
}  # fmt: skip


def test_a_good_configuration_is_accepted() -> None:
    assert Forked.check(GOOD) == []
    assert Forked.check({**GOOD, "instead": {"g001/3": "D"}}) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"session": "x"}, "session is missing"),
        ({"turns": "all"}, "turns is missing"),
        ({"then": None}, "then is missing"),
        ({"then": {"adapter": "nobody"}}, "unknown adapter 'nobody'"),
        ({"then": {"adapter": "builtin", "config": {"strategy": "nobody"}}}, "then: strategy 'nobody' is not known"),
        ({"instead": {"g001/3": 7}}, "instead: expected options"),
        ({"else": 1}, "unknown key 'else'"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], words: str) -> None:
    assert any(words in told for told in Forked.check({**GOOD, **change}))
