"""The conformance suite of agents: pytest runs it where a test module subclasses it for an adapter and a configuration.

`class TestMine(AgentConformance): adapter, config = "python", {"callable": "examples.agents:cautious"}`
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from ethogram.agents import BUILTIN, Answer, Observation, Request, builtin, checks, load
from ethogram.events import AgentId, GameId, Option, SessionId, Situation

OTHER = "CDDCCDCD"
"""What the other does in the games of this suite."""
GAME = (Option(id="C", text="cooperate", leaning="C"), Option(id="D", text="defect", leaning="D"))
PAYOFFS: dict[str, tuple[float, ...]] = {"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)}
DILEMMA = (
    Option(id="keep-quiet", text="Keep quiet.", leaning="C", effects={"loyalty": 0.8}, resources={"trust": 1}),
    Option(id="speak-out", text="Speak out.", leaning="C", effects={"honesty": 0.7}),
    Option(id="take-it", text="Take it.", leaning="D", effects={"loyalty": -0.9}, resources={"money": 2}),
)
SEED = "5eed"


def round_of(own: str, other: str, *, turns: int = len(OTHER), seed: str = SEED) -> Observation:
    """A round of the prisoner's dilemma after these actions."""
    return Observation(
        kind="game", turn=len(own) + 1, turns=turns, text="Another round.", options=GAME, own=own, others=(other,),
        payoffs=PAYOFFS, seed=seed,
    )  # fmt: skip


def dilemma_of(own: str, conduct: str, *, seed: str = SEED) -> Observation:
    """A scenario after these leanings of one's own; the counterpart's conduct is one symbol longer."""
    situation = Situation(
        archetype="loyalty", template="suite", stress=0.5, contexts={}, counterpart="a friend", conduct=conduct[-1]
    )
    return Observation(
        kind="scenario", turn=len(own) + 1, turns=len(OTHER), text="A friend asks.", options=DILEMMA, own=own,
        others=(conduct,), situation=situation, seed=seed,
    )  # fmt: skip


class AgentConformance:
    """What every agent owes to the table. `reproducible = False` for agents that may answer differently next time."""

    adapter: ClassVar[str]
    config: ClassVar[Mapping[str, Any]]
    reproducible: ClassVar[bool] = True
    settings: ClassVar[Any] = SimpleNamespace(agents_allow=("examples.*",), agents_path=(Path.cwd(),))

    def test_its_configuration_is_accepted(self) -> None:
        """The check has nothing to say about it."""
        assert checks()[self.adapter](self.config) == []

    def test_an_unknown_key_is_refused_by_name(self) -> None:
        """A misspelt key never passes in silence."""
        assert any("no-such-key" in words for words in checks()[self.adapter]({**self.config, "no-such-key": 1}))

    def test_every_round_of_a_game_gets_an_option_on_offer(self) -> None:
        """Also the first, which has no past."""
        assert set(self.game()) <= {"C", "D"}

    def test_every_scenario_gets_an_option_on_offer(self) -> None:
        """Options have ids of their own there."""
        asked = [dilemma_of(OTHER[:turn], OTHER[: turn + 1]) for turn in range(4)]
        assert {answer.option for answer in self.answers(asked)} <= {option.id for option in DILEMMA}

    def test_the_same_past_gets_the_same_answers(self) -> None:
        """Chance comes from the seed alone."""
        assert not self.reproducible or self.game() == self.game()

    def test_a_restart_in_the_middle_changes_nothing(self) -> None:
        """Whoever is asked first in the fifth round knows what whoever played the first four knew."""
        played = self.game()
        later = [round_of(played[:turn], OTHER[:turn]) for turn in range(4, len(OTHER))]
        assert not self.reproducible or "".join(answer.option for answer in self.answers(later)) == played[4:]

    def game(self) -> str:
        """What the agent plays against OTHER, one symbol a round."""
        return asyncio.run(self._play())

    def answers(self, asked: Sequence[Observation]) -> list[Answer]:
        """Answers of a freshly made adapter, asked one after the other."""

        async def ask() -> list[Answer]:
            async with _Table(self) as table:
                return [await table.answer(seen) for seen in asked]

        return asyncio.run(ask())

    async def _play(self) -> str:
        own = ""
        async with _Table(self) as table:
            for turn in range(len(OTHER)):
                own += (await table.answer(round_of(own, OTHER[:turn]))).option
        return own


class _Table:
    """An adapter while it is asked."""

    def __init__(self, suite: AgentConformance) -> None:
        self._suite = suite
        self._adapter = None if suite.adapter == BUILTIN else load(suite.adapter)(suite.settings)

    async def __aenter__(self) -> _Table:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._adapter is not None:
            await self._adapter.close()

    async def answer(self, seen: Observation) -> Answer:
        config = self._suite.config
        if self._adapter is None:
            return builtin.decide(config, seen)
        return await self._adapter.answer(Request(SessionId("suite"), GameId("g"), 0, AgentId("a"), config, seen))
