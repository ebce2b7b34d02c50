"""A fork plays a session on from any turn: unchanged it comes to the same, changed to something else."""

from __future__ import annotations

from pathlib import Path

from ethogram.events import TurnResolved
from ethogram.runtime.history import session_records
from tests.running import Running

TRAINING = {
    "name": "to be forked", "seed": 11,
    "agents": [
        {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 12}],
}  # fmt: skip


def test_a_session_is_played_on_from_a_turn(running: Running, tmp_path: Path) -> None:
    origin = running.play(TRAINING, tmp_path)["session_id"]
    turns = [record for record in session_records(running.settings, origin) if isinstance(record.event, TurnResolved)]
    at = turns[5].id
    same = running.json("fork", origin, "--at", at)
    assert (same["turns"], same["differing"], same["parted"]) == (6, [], "")
    assert all(each["origin"] == each["fork"] for each in same["agents"])
    game = turns[6].event.game_id
    changed = ("--agent", "tft=builtin:always-defect", "--decision", f"mine/{game}/7=D")
    other = running.json("fork", origin, "--at", at, *changed)
    assert (other["origin"], other["differing"], other["parted"]) == (origin, [], f"{game}/7")
    by_agent = {each["agent_id"]: each for each in other["agents"]}
    assert by_agent["tft"]["fork"]["cooperation"] < by_agent["tft"]["origin"]["cooperation"]
    assert _played(running, origin, game, 7) == ["C", "C"] and _played(running, other["fork"], game, 7) == ["D", "D"]
    assert running.json("replay", other["fork"], "--verify")["verified"] is True


def _played(running: Running, session_id: str, game_id: str, turn: int) -> list[str]:
    found = (record.event for record in session_records(running.settings, session_id))
    (resolved,) = (
        event for event in found
        if isinstance(event, TurnResolved) and (event.game_id, event.turn) == (game_id, turn)
    )  # fmt: skip
    return [action.executed for action in resolved.actions]
