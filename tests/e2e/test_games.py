"""Games of several and a tournament through every service: paired by results, told in the report, replayed, audited."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ethogram.events import TournamentConcluded, TournamentPaired, TurnResolved
from ethogram.runtime.history import session_records
from tests.running import Running

TRAINING: dict[str, Any] = {
    "name": "games and tournaments", "seed": 13,
    "agents": [
        {"id": "giver", "adapter": "builtin", "config": {"strategy": "always-cooperate"}},
        {"id": "taker", "adapter": "builtin", "config": {"strategy": "always-defect"}},
        {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "games": [
        {"game": "prisoners-dilemma", "rounds": 3, "pairing": "single-elimination"},
        {"game": "public-goods-with-punishment", "rounds": 2},
    ],
}  # fmt: skip


def test_a_tournament_and_a_game_of_three_end_in_standings_and_verify(running: Running, tmp_path: Path) -> None:
    report = running.play(TRAINING, tmp_path)
    assert (report["state"], report["dead_letters"]) == ("completed", 0)
    events = [record.event for record in session_records(running.settings, report["session_id"])]
    paired = [event for event in events if isinstance(event, TournamentPaired)]
    told = {event.game: event for event in events if isinstance(event, TournamentConcluded)}
    assert [event.heat for event in paired] == [2] and set(told) == {game["game"] for game in TRAINING["games"]}
    assert [each["game"] for each in report["tournaments"]] == [game["game"] for game in TRAINING["games"]]
    assert [one["agent_id"] for one in report["tournaments"][0]["standings"]] == [
        one.agent_id for one in told["prisoners-dilemma"].standings
    ]
    _check_games(report, [event for event in events if isinstance(event, TurnResolved)])
    assert "Standings" in running.run("report", report["session_id"])
    running.run("replay", report["session_id"], "--verify")
    running.run("audit", "verify", report["session_id"])


def _check_games(report: dict[str, Any], turns: list[TurnResolved]) -> None:
    """Each game of the report, that of the second heat too, is what was resolved; all turns were known beforehand."""
    played = Counter(turn.game_id for turn in turns)
    assert {game["game_id"]: game["played"] for game in report["games"]} == played
    assert {game["game_id"]: game["turns"] for game in report["games"]} == played
    assert report["planned_turns"] == len(turns) == 2 * 3 + 2 * 2
    for game in report["games"]:
        earned = Counter[str]()
        for turn in turns:
            for one in (*turn.actions, *turn.bystanders) if turn.game_id == game["game_id"] else ():
                earned[one.agent_id] += one.payoff
        assert {agent: round(total, 5) for agent, total in earned.items()} == game["scores"]
