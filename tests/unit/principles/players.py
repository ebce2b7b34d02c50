"""Known strategies and the games they play, for tests against ground truth. Written apart from the dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from ethogram.events import Act, AgentId, BehaviourObserved, Chance, EventId, GameId, SessionId, derive
from ethogram.principles import Observation

Player = Callable[[str, str, Chance], str]
"""`(own executed history, other's executed history, chance) -> C or D`."""


def tit_for_tat(own: str, other: str, chance: Chance) -> str:
    return other[-1:] or "C"


def grim_trigger(own: str, other: str, chance: Chance) -> str:
    return "D" if "D" in other else "C"


def random(own: str, other: str, chance: Chance) -> str:
    return "C" if chance.flip(0.5) else "D"


def win_stay_lose_shift(own: str, other: str, chance: Chance) -> str:
    return "C" if not own or own[-1] == other[-1] else "D"


def generous_tit_for_tat(own: str, other: str, chance: Chance) -> str:
    generous = chance.flip(1 / 3)
    return "D" if other[-1:] == "D" and not generous else "C"


PLAYERS: dict[str, Player] = {
    "always-cooperate": lambda own, other, chance: "C",
    "always-defect": lambda own, other, chance: "D",
    "tit-for-tat": tit_for_tat,
    "grim-trigger": grim_trigger,
    "win-stay-lose-shift": win_stay_lose_shift,
    "generous-tit-for-tat": generous_tit_for_tat,
    "tit-for-two-tats": lambda own, other, chance: "D" if other[-2:] == "DD" else "C",
    "two-tits-for-tat": lambda own, other, chance: "D" if "D" in other[-2:] else "C",
    "random": random,
    "alternator": lambda own, other, chance: "D" if own[-1:] == "C" else "C",
}
_OPPOSITE = {"C": "D", "D": "C"}
_PAYOFF = {"CC": 3.0, "CD": 0.0, "DC": 5.0, "DD": 1.0}
SESSION = SessionId("s")

Round = tuple[str, str, str, str]
"""Intended and executed by the first, intended and executed by the second."""


def match(first: Player, second: Player, rounds: int, noise: float, seed: str) -> list[Round]:
    """Play one match; noise reverses an executed action."""
    chances = [Chance(seed, "first"), Chance(seed, "second"), Chance(seed, "noise")]
    mine, theirs = "", ""
    played = []
    for _ in range(rounds):
        intended = (first(mine, theirs, chances[0]), second(theirs, mine, chances[1]))
        executed = [_OPPOSITE[move] if chances[2].flip(noise) else move for move in intended]
        played.append((intended[0], executed[0], intended[1], executed[1]))
        mine, theirs = mine + executed[0], theirs + executed[1]
    return played


def observed(game: str, agents: tuple[str, str], rounds: Sequence[Round], number: int = 1) -> list[BehaviourObserved]:
    """A match as the tracker tells it."""
    told = []
    before = ""
    for turn, (meant_a, done_a, meant_b, done_b) in enumerate(rounds, 1):
        views = ((agents[0], agents[1], meant_a, done_a, done_b, before),
                 (agents[1], agents[0], meant_b, done_b, done_a, before[::-1]))  # fmt: skip
        acts = tuple(
            Act(seat=seat, agent_id=AgentId(me), counterpart=them, number=turn, outcome="chosen", intended=meant,
                executed=done, before=past, others=theirs, payoff=_PAYOFF[done + theirs],
                decision_id=EventId(derive(game, turn, seat)))
            for seat, (me, them, meant, done, theirs, past) in enumerate(views)
        )  # fmt: skip
        told.append(BehaviourObserved(
            session_id=SESSION, game_id=GameId(game), turn=turn, kind="game", number=number + turn - 1,
            turn_id=EventId(derive(game, turn)), acts=acts, last=turn == len(rounds),
        ))  # fmt: skip
        before = done_a + done_b
    return told


def session(agents: dict[str, Player], rounds: int, noise: float, seed: str) -> list[list[BehaviourObserved]]:
    """A round robin, one list per match."""
    return [
        observed(f"g{index}", pair, match(agents[pair[0]], agents[pair[1]], rounds, noise, f"{seed}{index}"))
        for index, pair in enumerate(combinations(agents, 2))
    ]


def as_seen(game: str, rounds: Iterable[Round]) -> list[Observation]:
    """A match as the first player lived it."""
    played = list(rounds)
    seen = []
    before = ""
    for turn, (meant, done, _, theirs) in enumerate(played, 1):
        seen.append(Observation(
            game=game, intended=meant, executed=done, other=theirs, before=before, evidence=f"{game}-{turn}",
            last=turn == len(played),
        ))  # fmt: skip
        before = done + theirs
    return seen


def career(player: Player, opponents: Sequence[Player], rounds: int, noise: float, seed: str) -> list[Observation]:
    """One player against several opponents, one match each."""
    return [
        act
        for index, opponent in enumerate(opponents)
        for act in as_seen(f"g{index}", match(player, opponent, rounds, noise, f"{seed}{index}"))
    ]
