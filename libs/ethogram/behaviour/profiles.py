"""Where one agent stands: counts and sums that an act changes in constant time."""

from __future__ import annotations

from collections import Counter

from pydantic import Field

from ethogram.behaviour.entropy import shannon
from ethogram.events.base import Value
from ethogram.events.behaviour import Act, Profile
from ethogram.events.canonical import Real, quantise
from ethogram.events.play import TurnResolved

FIRST = "start"
"""Context of a first move, which has no turn before it."""


def context_of(event: TurnResolved, before: str) -> str:
    """The context of an act: the archetype of a scenario, the memory-one state of a game of C and D, else its name."""
    if event.situation is not None:
        return event.situation.archetype
    return event.game if event.options else before or FIRST


class Standing(Value):
    """Sufficient statistics of one agent's acts."""

    acts: int = 0
    """Acts observed."""
    payoff: Real = 0.0
    """Earned in all."""
    outcomes: dict[str, int] = Field(default_factory=dict)
    """Acts by outcome."""
    cooperations: int = 0
    """Choices that leaned C."""
    choices: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Choices by context, then by leaning, or by action where the actions are not C and D; acts without a choice are
    not among them."""
    named: tuple[str, ...] = ()
    """Contexts in which actions are counted, not leanings."""

    def after(self, act: Act, context: str, leaning: str, *, named: bool = False) -> Standing:
        """The standing once `act`, whose intention leans `leaning`, has happened in `context`."""
        choices = self.choices
        if act.outcome == "chosen":
            counts = choices.get(context, {})
            choice = act.intended if named else "C" if leaning == "C" else "D"
            choices = {**choices, context: {**counts, choice: counts.get(choice, 0) + 1}}
        return self.model_copy(
            update={
                "acts": self.acts + 1,
                "payoff": quantise(self.payoff + act.payoff),
                "outcomes": {**self.outcomes, act.outcome: self.outcomes.get(act.outcome, 0) + 1},
                "choices": choices,
                "cooperations": self.cooperations + (act.outcome == "chosen" and leaning == "C"),
                "named": tuple(sorted({*self.named, context})) if named else self.named,
            }
        )

    def earning(self, payoff: float) -> Standing:
        """The standing once a turn in which it did not move has paid."""
        return self.model_copy(update={"payoff": quantise(self.payoff + payoff)})

    def profile(self) -> Profile:
        """The profile as it goes on the bus."""
        totals: Counter[str] = Counter()
        for counts in self.choices.values():
            totals.update(counts)
        return Profile(
            acts=self.acts,
            cooperations=self.cooperations,
            entropy=shannon(totals.values()),
            entropy_by_context={name: shannon(counts.values()) for name, counts in sorted(self.choices.items())},
            choices={name: self.choices[name] for name in self.named if name in self.choices},
            outcomes=dict(sorted(self.outcomes.items())),
            payoff=self.payoff,
            mean_payoff=self.payoff / self.acts if self.acts else 0.0,
        )
