"""What people asked for, at whatever moment it came among everything else, comes out the same in a replay."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.audit import replay
from ethogram.cli.replaying import services
from ethogram.events import (
    CancelSession,
    Chance,
    GrantSkill,
    InjectMessage,
    OverrideAction,
    OverrideVerdict,
    PauseSession,
    ResumeSession,
    RevokeSkill,
    SessionCompleted,
    StartTraining,
    SwapAgent,
    VerdictIssued,
)

from .toys import SESSION, Race, interleaved

START = StartTraining.model_validate({
    "session_id": SESSION, "name": "people", "seed": 3,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
        {"id": "grim", "adapter": "builtin", "config": {"strategy": "grim-trigger"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 3, "noise": 0.2}],
})  # fmt: skip
ASKED: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "pause": (PauseSession, {}),
    "resume": (ResumeSession, {}),
    "cancel": (CancelSession, {}),
    "override": (OverrideAction, {"reason": "because", "game_id": "g001", "seat": 0, "option": "D"}),
    "override a game that is not": (OverrideAction, {"reason": "because", "game_id": "g9", "seat": 0, "option": "D"}),
    "overrule": (OverrideVerdict, {"reason": "because", "agent_id": "tft", "verdict": "reject"}),
    "tell": (InjectMessage, {"game_id": "g002", "text": "The auditors arrive."}),
    "grant": (GrantSkill, {"reason": "because", "agent_id": "mine", "skill": "tally"}),
    "revoke": (RevokeSkill, {"reason": "because", "agent_id": "mine", "skill": "tally"}),
    "swap": (SwapAgent, {"agent_id": "grim", "adapter": "builtin", "config": {"strategy": "always-defect"}}),
}
"""What people may ask, by a name for it."""


def asked(names: list[str]) -> list[Any]:
    """The commands, each with an id of its own; a session that was paused last is resumed."""
    wanted = [*names, "resume"] if "pause" in names else names
    return [
        kind(session_id=SESSION, command_id=f"c{number}", actor="eve", **given)
        for number, (kind, given) in enumerate(ASKED[name] for name in wanted)
    ]


def test_verdicts_come_in_the_order_of_names_and_of_no_set() -> None:
    told = [record.event for record in Race(1, services()).play(START)]
    judged = [event.agent_id for event in told if isinstance(event, VerdictIssued)]
    assert judged == ["grim", "mine", "tft"]


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(list(ASKED)), min_size=1, max_size=5))
def test_whatever_people_asked_and_whenever_a_replay_says_the_same(seed: int, names: list[str]) -> None:
    log = Race(seed, services()).play(START, *asked(names))
    own = [record for record in log if record.event.key == SESSION]  # the ladder is of all sessions
    report = replay(interleaved(own, Chance(seed)), services())
    assert report.identical, report.first
    assert all(part.recorded == part.derived for part in report.services)
    if "cancel" not in names:
        assert any(isinstance(record.event, SessionCompleted) for record in log)
