"""Where one agent stands: counts and sums that an act changes in constant time."""

from __future__ import annotations

from pydantic import Field

from ethogram.behaviour.entropy import shannon
from ethogram.events.base import Value
from ethogram.events.behaviour import Act, Profile
from ethogram.events.canonical import Real, quantise
from ethogram.events.play import Kind, Situation

FIRST = "start"
"""Context of a first move, which has no turn before it."""


def context_of(kind: Kind, before: str, situation: Situation | None) -> str:
    """The context of an act: the archetype of a scenario, else the memory-one state of the game."""
    return situation.archetype if kind == "scenario" and situation else before or FIRST


class Standing(Value):
    """Sufficient statistics of one agent's acts."""

    acts: int = 0
    """Acts observed."""
    payoff: Real = 0.0
    """Earned in all."""
    outcomes: dict[str, int] = Field(default_factory=dict)
    """Acts by outcome."""
    choices: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """Choices that leaned C and D, by context; acts without a choice are not among them."""

    def after(self, act: Act, context: str, leaning: str) -> Standing:
        """The standing once `act`, whose intention leans `leaning`, has happened in `context`."""
        choices = self.choices
        if act.outcome == "chosen":
            kept, broken = choices.get(context, (0, 0))
            choices = {**choices, context: (kept + (leaning == "C"), broken + (leaning != "C"))}
        return self.model_copy(
            update={
                "acts": self.acts + 1,
                "payoff": quantise(self.payoff + act.payoff),
                "outcomes": {**self.outcomes, act.outcome: self.outcomes.get(act.outcome, 0) + 1},
                "choices": choices,
            }
        )

    def profile(self) -> Profile:
        """The profile as it goes on the bus."""
        totals = [sum(column) for column in zip(*self.choices.values(), strict=True)] or [0, 0]
        return Profile(
            acts=self.acts,
            cooperations=totals[0],
            entropy=shannon(totals),
            entropy_by_context={name: shannon(counts) for name, counts in sorted(self.choices.items())},
            outcomes=dict(sorted(self.outcomes.items())),
            payoff=self.payoff,
            mean_payoff=self.payoff / self.acts if self.acts else 0.0,
        )
