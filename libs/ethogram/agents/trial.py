"""A trial: an agent plays a few rounds alone with us, to see whether it answers, how fast, and what that costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ethogram.agents import builtin
from ethogram.agents.adapter import Adapter, Request
from ethogram.agents.observation import Answer, NoAnswer, Observation
from ethogram.agents.registry import BUILTIN, load
from ethogram.events import AgentId, GameId, Option, SessionId

OTHER = "CDC"
"""What the other player does: enough to see whether the agent looks at it."""
OPTIONS = (Option(id="C", text="Cooperate", leaning="C"), Option(id="D", text="Defect", leaning="D"))
PAYOFFS: dict[str, tuple[float, ...]] = {"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)}
ABOUT = (
    "You and the other player choose at the same time, without a word between you. Both C: 3 points each."
    " Both D: 1 point each. One D against one C: 5 points for the D, none for the C. Your move?"
)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round."""

    outcome: str
    """`chosen`, or why there is no choice."""
    said: str
    """The option, or the reason in words."""
    latency_ms: float
    calls: int
    """Model calls that it took."""
    tokens: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of all rounds."""

    rounds: tuple[Round, ...]

    @property
    def answered(self) -> float:
        """Share of rounds with a usable answer."""
        return sum(one.outcome == "chosen" for one in self.rounds) / len(self.rounds)

    @property
    def at_once(self) -> float:
        """Share of rounds with a usable answer that needed no repair turn."""
        return sum(one.outcome == "chosen" and one.calls <= 1 for one in self.rounds) / len(self.rounds)

    def summary(self) -> dict[str, Any]:
        """Figures for people and programs."""
        took = sorted(one.latency_ms for one in self.rounds)
        return {
            "rounds": len(self.rounds), "parse_rate": self.answered, "without_repair": self.at_once,
            "latency_ms": {"median": took[len(took) // 2], "highest": took[-1]},
            "calls": sum(one.calls for one in self.rounds), "tokens": sum(one.tokens for one in self.rounds),
            "cost_usd": sum(one.cost_micros for one in self.rounds) / 1e6,
        }  # fmt: skip


async def trial(name: str, config: Mapping[str, Any], settings: Any, clock: Callable[[], float]) -> Trial:
    """Let an agent play against a player whose moves are known beforehand. Its adapter is closed afterwards."""
    adapter = None if name == BUILTIN else load(name)(settings)
    rounds: list[Round] = []
    own = ""
    try:
        for turn in range(len(OTHER)):
            played, option = await _round(adapter, config, _seen(own, OTHER[:turn]), clock)
            rounds.append(played)
            own += option
    finally:
        if adapter is not None:
            await adapter.close()
    return Trial(tuple(rounds))


def _seen(own: str, other: str) -> Observation:
    text = f"Round {len(own) + 1} of {len(OTHER)}. {ABOUT}"
    return Observation(
        kind="game", turn=len(own) + 1, turns=len(OTHER), text=text, options=OPTIONS, own=own, others=(other,),
        payoffs=PAYOFFS, seed="trial",
    )  # fmt: skip


async def _round(
    adapter: Adapter | None, config: Mapping[str, Any], seen: Observation, clock: Callable[[], float]
) -> tuple[Round, str]:
    request = Request(SessionId("trial"), GameId("trial"), 0, AgentId("trial"), config, seen)
    began = clock()
    outcome, said = "chosen", "C"
    try:
        answer = builtin.decide(config, seen) if adapter is None else await _asked(adapter, request)
        said = answer.option
    except NoAnswer as reason:
        outcome, said = reason.outcome, reason.message
    except Exception as error:  # whatever a stranger's adapter raises is what the trial is there to show
        outcome, said = "failed", f"{type(error).__name__}: {error}"
    made = request.calls.made
    tokens = sum(call.reply.tokens_in + call.reply.tokens_out for call in made)
    cost = sum(call.cost_micros for call in made)
    played = Round(outcome, said, 1_000 * (clock() - began), len(made), tokens, cost)
    return played, said if outcome == "chosen" else "C"


async def _asked(adapter: Adapter, request: Request) -> Answer:
    async with asyncio.timeout(PATIENCE_S):
        return await adapter.answer(request)


PATIENCE_S = 300.0
"""Longest wait for one answer; the Axelrod library alone may take a minute to be imported."""
