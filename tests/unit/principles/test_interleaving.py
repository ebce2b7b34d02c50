"""Games that run side by side interleave as they like: what is concluded does not depend on it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import AgentId, Chance, SessionId
from ethogram.principles import Observation, conclude, fit

ROUNDS = 25
GAMES = ("g001", "g002", "g003")


def _game(name: str, cooperation: float) -> list[Observation]:
    """A game of chance: own choices C with this probability, the other's half and half."""
    chance, before, acts = Chance(7, name), "", []
    for turn in range(1, ROUNDS + 1):
        own, other = ("C" if chance.flip(p) else "D" for p in (cooperation, 0.5))
        acts.append(
            Observation(
                game=name, intended=own, executed=own, before=before, other=other,
                last=turn == ROUNDS, evidence=f"{name}-{turn}",
            )
        )  # fmt: skip
        before = own + other
    return acts


@settings(max_examples=30)
@given(st.permutations([name for name in GAMES for _ in range(ROUNDS)]))
def test_conclusions_do_not_depend_on_how_games_interleave(order: list[str]) -> None:
    games = {name: iter(_game(name, 0.3 + 0.2 * place)) for place, name in enumerate(GAMES)}
    mixed = conclude(fit(next(games[name]) for name in order), SessionId("s"), AgentId("a"), closing=True)
    straight = conclude(
        fit(act for place, name in enumerate(GAMES) for act in _game(name, 0.3 + 0.2 * place)),
        SessionId("s"), AgentId("a"), closing=True,
    )  # fmt: skip
    assert mixed.strategy == straight.strategy and mixed.labels == straight.labels
    assert mixed.switches == straight.switches
    for one, other in zip(mixed.principles, straight.principles, strict=True):
        same = {"name", "strength", "interval", "observations", "contexts", "identifiable", "why"}
        assert one.model_dump(include=same) == other.model_dump(include=same)
