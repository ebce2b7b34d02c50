"""Axelrod's own tournament twice: by his library in one process, and by us over the bus. `python -m
tests.bench.axelrod_tournament` says whether every match has the same scores and everybody the same rank."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.running import running_stack

STRATEGIES = (
    "Cooperator", "Defector", "TitForTat", "TitFor2Tats", "TwoTitsForTat", "SuspiciousTitForTat", "HardTitForTat",
    "HardTitFor2Tats", "Grudger", "WinStayLoseShift", "Alternator", "Bully", "Punisher", "GoByMajority",
    "FirstByTidemanAndChieruzzi", "FirstByDavis", "FirstByShubik", "SecondByTester", "CyclerCCD", "ForgetfulGrudger",
)  # fmt: skip
"""Deterministic ones, each; the library says so too."""
TURNS = 200
Match = tuple[str, str]


def name_of(place: int, strategy: str) -> str:
    """An agent's id: equal scores are ranked by name here and by place there."""
    return f"p{place:02d}-{strategy}"


def of_library(strategies: Sequence[str], turns: int) -> tuple[dict[Match, tuple[float, float]], list[str]]:
    """Scores per match and ranking, as the library has them."""
    import axelrod

    players = [getattr(axelrod, name)() for name in strategies]
    assert not any(axelrod.Classifiers["stochastic"](player) for player in players)
    tournament = axelrod.Tournament(players, turns=turns, repetitions=1, seed=0)
    results = tournament.play(processes=0, progress_bar=False)
    names = [name_of(place, name) for place, name in enumerate(strategies)]
    scores = {}
    for one, other in combinations(range(len(players)), 2):
        both = (results.payoffs[one][other][0], results.payoffs[other][one][0])
        scores[names[one], names[other]] = (round(both[0] * turns, 5), round(both[1] * turns, 5))
    return scores, [names[place] for place in results.ranking]


def training(strategies: Sequence[str], turns: int) -> dict[str, Any]:
    """The same tournament as a training file."""
    return {
        "name": "Axelrod's tournament",
        "agents": [
            {"id": name_of(place, name), "adapter": "axelrod", "config": {"strategy": name}}
            for place, name in enumerate(strategies)
        ],
        "games": [{"game": "prisoners-dilemma", "rounds": turns}],
    }


def of_report(report: Mapping[str, Any]) -> tuple[dict[Match, tuple[float, float]], list[str]]:
    """Scores per match and ranking, as our report has them."""
    scores = {}
    for game in report["games"]:
        one, other = game["players"]
        scores[one, other] = (game["scores"][one], game["scores"][other])
    (told,) = report["tournaments"]
    return scores, [one["agent_id"] for one in told["standings"]]


def main() -> int:
    """Exit code 1 unless both agree."""
    theirs, their_ranking = of_library(STRATEGIES, TURNS)
    with running_stack() as running, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training.yaml"
        path.write_text(json.dumps(training(STRATEGIES, TURNS)), encoding="utf-8")
        began = time.monotonic()
        session = running.json("start", str(path))["session_id"]
        while _state(running, session) not in ("completed", "failed"):
            time.sleep(5)
        seconds = time.monotonic() - began
        ours, our_ranking = of_report(running.json("report", session))
    same = sum(ours.get(match) == scores for match, scores in theirs.items())
    print(f"{len(theirs)} matches of {TURNS} turns over the bus in {seconds:.0f} s")
    ranking = "the same" if our_ranking == their_ranking else "DIFFERS"
    print(f"same scores in {same} of {len(theirs)} matches; ranking {ranking}")
    for place, (one, other) in enumerate(zip(our_ranking, their_ranking, strict=True), 1):
        print(f"{place:3d}  {one:34s} {other}")
    return int(same < len(theirs) or our_ranking != their_ranking)


def _state(running: Any, session: str) -> str:
    return str(running.json("report", session)["state"])


if __name__ == "__main__":
    sys.exit(main())
