"""What a live session tells of preferences: the closing ethogram carries them where its games can tell."""

from __future__ import annotations

import numpy as np

from ethogram.events import (
    Act,
    AgentId,
    BehaviourObserved,
    BehaviourSnapshot,
    EventId,
    GameId,
    Option,
    PrinciplesInferred,
    Profile,
)
from ethogram.events.principles import Preference
from ethogram.principles import dealings
from ethogram.principles.decisions import decisions_in_game
from ethogram.services.inference_worker.service import inference_worker
from ethogram.topology import command_record, drive

from .players import SESSION

Pays = dict[tuple[str, str], tuple[float, float]]


def table(*paid: tuple[float, float]) -> Pays:
    """Payoffs after CC, CD, DC and DD."""
    return dict(zip([("C", "C"), ("C", "D"), ("D", "C"), ("D", "D")], paid, strict=True))


DILEMMA = table((3, 3), (0, 5), (5, 0), (1, 1))
GIVING = table((6, 2), (2, 6), (4, 4), (7, 1))
STAG = table((4, 4), (0, 3), (3, 0), (3, 3))
UNFAIR = table((2, 9), (5, 4), (1, 6), (3, 0))


def turn(game: str, name: str, number: int, moves: dict[str, str], paid: tuple[float, ...],
         options: tuple[Option, ...] = ()) -> BehaviourObserved:  # fmt: skip
    """A turn in which every agent moved at once."""
    acts = tuple(
        Act(seat=seat, agent_id=AgentId(agent), counterpart="", number=number, outcome="chosen", intended=move,
            executed=move, before="", others="".join(other for who, other in moves.items() if who != agent),
            payoff=paid[seat], decision_id=EventId(f"{game}-{number}-{seat}"))
        for seat, (agent, move) in enumerate(moves.items())
    )  # fmt: skip
    return BehaviourObserved(
        session_id=SESSION, game_id=GameId(game), turn=number, kind="game", number=number, game=name,
        turn_id=EventId("t"), acts=acts, last=False, options=options,
    )  # fmt: skip


def match(game: str, name: str, pays: Pays, rounds: int, seed: int, precision: float, envy: float,
          guilt: float) -> list[BehaviourObserved]:  # fmt: skip
    """One that weighs payoffs like this, against a coin whose bias changes."""
    chance = np.random.default_rng(seed)
    played: list[tuple[str, str]] = []
    turns = []
    for number in range(1, rounds + 1):
        other = "C" if chance.random() < 0.3 + 0.4 * (seed % 2) else "D"
        *_, now = decisions_in_game(pays, [*played, ("C", other)])
        worth = [
            sum(p * (own - envy * max(them - own, 0) - guilt * max(own - them, 0)) for p, own, (them,) in option)
            for option in now.options
        ]
        mine = "C" if chance.random() < 1 / (1 + np.exp(precision * (worth[1] - worth[0]))) else "D"
        played.append((mine, other))
        turns.append(turn(game, name, number, {"ann": mine, "bob": other}, pays[mine, other]))
    return turns


def told(turns: list[BehaviourObserved]) -> dict[str, Preference]:
    profiles = {AgentId("ann"): Profile(acts=len(turns), cooperations=0, entropy=0)}
    closing = BehaviourSnapshot(session_id=SESSION, turns=len(turns), closing=True, profiles=profiles)
    driver = drive(inference_worker, [command_record(event) for event in (*turns, closing)])
    assert not driver.rejected
    last = driver.emitted[-1].event
    assert isinstance(last, PrinciplesInferred) and last.closing and last.agent_id == "ann"
    return {one.name: one for one in last.preferences}


def test_envy_guilt_and_precision_are_told_where_games_differ_enough() -> None:
    games = {"stag": STAG, "giving": GIVING, "unfair": UNFAIR, "dilemma": DILEMMA}
    turns = [each for seed, (name, pays) in enumerate(games.items()) for half in (0, 1)
             for each in match(f"{name}{half}", name, pays, 60, seed + 10 * half + half, 1.5, 0.6, 0.3)]  # fmt: skip
    found = told(turns)
    for name, true in (("precision", 1.5), ("envy", 0.6), ("guilt", 0.3)):
        interval = found[name].interval
        assert interval is not None and interval[0] < true < interval[1] and interval[1] - interval[0] < 1.6, name


def test_one_dilemma_cannot_tell_envy_from_guilt_and_says_so() -> None:
    found = told(match("g1", "dilemma", DILEMMA, 60, 1, 0.8, 0, 0))
    assert found["envy"].value is None and "games with other payoffs" in found["envy"].why
    interval = found["precision"].interval
    assert interval is not None and interval[0] < 0.8 < interval[1] and "taking own payoff" in found["precision"].why


def test_conditional_cooperation_is_told_from_games_of_amounts() -> None:
    options = tuple(Option(id=str(step), text="", leaning="C", degree=step / 5) for step in range(6))
    chance, turns, before = np.random.default_rng(5), [], 3.0
    for number in range(1, 41):
        theirs = chance.integers(0, 6, 2).tolist()
        mine = round(0.5 + 0.8 * before)
        moves = {"ann": str(mine), "bob": str(theirs[0]), "cyd": str(theirs[1])}
        turns.append(turn("p1", "public-goods", number, moves, (1.0, 1.0, 1.0), options))
        before = sum(theirs) / 2
    found = told(turns)
    slope = found["conditional-cooperation"]
    assert slope.interval and slope.interval[0] < 0.8 < slope.interval[1] and slope.value and slope.value > 0.6
    assert "envy" not in found


def test_what_is_kept_is_bounded_and_games_may_interleave() -> None:
    games = [match(f"g{number:03d}", "dilemma", DILEMMA, 70, number, 1, 0, 0) for number in range(60)]
    told_in = []
    for order in (
        [each for game in games for each in game],
        [each for turn_ in zip(*games[::-1], strict=True) for each in turn_],
    ):
        kept = dealings.Dealings()
        for event in order:
            kept = kept.after(event, event.acts[0])
        told_in.append(kept.model_copy(update={"matches": dict(sorted(kept.matches.items()))}))
        assert len(kept.matches) == dealings.GAMES and {len(one.own) for one in kept.matches.values()} == {60}
    assert told_in[0].matches == told_in[1].matches
    assert dealings.preferences_in(told_in[0]) == dealings.preferences_in(told_in[1])
