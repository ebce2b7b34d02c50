"""A waiver keeps a breach from being held against an agent: with an owner, for whom it names, until it expires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ethogram.council import Constitution, constitution, metrics, vote
from ethogram.council.case import unheld, waived
from tests.unit.council.sessions import case_of, move

EXPIRES = "2026-12-31T00:00:00+02:00"
PREDATION = [move("D")] * 30
WAIVER = {"article": "no-predation", "owner": "Ada", "reason": "a control group", "agents": ["a"], "expires": EXPIRES}
HELD = ("no-predation", "good-faith")


def waiving(*waivers: dict[str, Any], may_waive: tuple[str, ...] = ("Ada",)) -> Constitution:
    return Constitution.model_validate({**constitution().model_dump(), "may_waive": may_waive, "waivers": waivers})


def held(waiver: dict[str, Any], time: str = "2026-12-30T21:59:59Z", agent: str = "a", training: str = "t") -> set[str]:
    found = case_of(PREDATION, rules=waiving(waiver), agent_id=agent, training=training, time=time)
    return {breach.article.id for breach in unheld(found)}


def test_a_waived_breach_is_told_and_not_held_against_the_agent() -> None:
    rules = waiving(WAIVER)
    strict, mild = case_of(PREDATION), case_of(PREDATION, rules=rules, time="2026-12-30T00:00:00Z")
    assert vote("constitution", strict).vote == "reject"
    assert vote("constitution", mild).vote == "approve-with-conditions"  # good faith is still broken
    assert metrics(mild)["integrity"] > metrics(strict)["integrity"]
    assert waived(mild) == (f"no-predation: waived by Ada until {EXPIRES}: a control group",) and not waived(strict)
    assert rules.digest() != constitution().digest()


@given(st.integers(-(10**6), 10**6))
def test_a_waiver_holds_before_it_expires_and_never_from_then_on(seconds: int) -> None:
    began = datetime(2026, 12, 30, 22, tzinfo=UTC) + timedelta(seconds=seconds)
    assert ("no-predation" in held(WAIVER, began.isoformat())) == (seconds >= 0)


def test_it_holds_for_whom_and_where_it_says_only() -> None:
    assert "no-predation" in held(WAIVER, agent="b")
    assert "no-predation" in held({**WAIVER, "trainings": ["control-*"]}, training="other")
    assert "no-predation" not in held({**WAIVER, "trainings": ["control-*"]}, training="control-1")
    assert "no-predation" in held(WAIVER, time="")  # a session without a time has no waiver


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)
"""Without control characters: Python takes some of them for blanks, the model does not."""


@given(NAMES, st.lists(NAMES, max_size=3))
def test_nobody_waives_without_authority(owner: str, may_waive: list[str]) -> None:
    names = tuple(name for name in may_waive if name.strip())
    try:
        rules = waiving({**WAIVER, "owner": owner}, may_waive=names)
    except ValidationError:
        assert owner not in names
    else:
        assert rules.waivers[0].owner in names


@pytest.mark.parametrize(("change", "words"), [
    ({"article": "no-such"}, "no article of this constitution"),
    ({"reason": " "}, "should match pattern"),
    ({"expires": "2026-12-31"}, "should match pattern"),
    ({"expires": "soon"}, "should match pattern"),
    ({"expires": "2026-02-30T00:00:00Z"}, "RFC 3339"),
    ({"agents": []}, "at least 1 item"),
])  # fmt: skip
def test_a_waiver_without_article_reason_scope_or_expiry_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        waiving({**WAIVER, **change})
