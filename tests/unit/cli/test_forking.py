"""Fork: who decides from there on, and which wishes are refused with words."""

from __future__ import annotations

import pytest

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.forking import forked
from ethogram.events import StartTraining

ORIGIN = StartTraining.model_validate(
    {
        "session_id": "11111111-2222-4333-8444-555555555555", "name": "origin", "seed": 3,
        "agents": [
            {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
            {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
        ],
        "games": [{"game": "prisoners-dilemma", "rounds": 12}],
    }
)  # fmt: skip


def test_a_fork_is_a_new_session_whose_agents_name_their_origin() -> None:
    fork = forked(ORIGIN, "event", 6, ["tft=builtin:always-defect"], ["mine/g001/7=D"])
    assert fork.session_id != ORIGIN.session_id and fork.seed == ORIGIN.seed and ORIGIN.session_id in fork.name
    tft, mine = fork.agents
    assert {tft.adapter, mine.adapter} == {"forked"}
    assert tft.config["then"] == {"adapter": "builtin", "config": {"strategy": "always-defect"}}
    assert mine.config["then"] == {"adapter": "python", "config": {"callable": "examples.agents:cautious"}}
    assert mine.config["instead"] == {"g001/7": "D"} and "instead" not in tft.config
    assert {(each.config["session"], each.config["turns"]) for each in fork.agents} == {(ORIGIN.session_id, 6)}


@pytest.mark.parametrize(
    ("agents", "decisions"),
    [(["nobody=builtin:random"], []), (["tft"], []), (["tft=openai:x"], []), ([], ["mine/g1=D"]), ([], ["x/g1/7=D"])],
)
def test_a_wish_that_fits_nobody_is_refused(agents: list[str], decisions: list[str]) -> None:
    with pytest.raises(CommandFailed) as refusal:
        forked(ORIGIN, "event", 6, agents, decisions)
    assert refusal.value.code == ExitCode.USAGE
    assert "expected" in refusal.value.words or "YAML" in refusal.value.words
