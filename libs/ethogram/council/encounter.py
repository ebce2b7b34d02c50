"""Encounters: who broke the peace in a repeated game, as one of its players sees it. Two facts per live game."""

from __future__ import annotations

from ethogram.events import Act, Value

KEEP, DEFECT = "C", "D"


class Encounter(Value):
    """What one agent and its counterpart have done to each other so far in one game.

    A defection is *provoked* when the counterpart has just defected, or when it was the one who began: it defected in
    this game before the agent had meant to. Who began stays who began until the game ends, so that a grudge (Grim) is
    no offence, while nobody earns a licence by answering the retaliation that it brought on itself. Two that begin in
    the same turn both began unprovoked. What the agent meant counts on its own side, what was executed on the other's:
    the agent saw no more than that. A defection on a first move is answer to nothing, hence unprovoked.
    """

    wronged: bool = False
    """Whether the counterpart began."""
    struck: bool = False
    """Whether the agent has defected unprovoked."""
    spotless: bool = True
    """Whether the counterpart has never defected, not even in answer."""

    def seeing(self, act: Act) -> Encounter:
        """The encounter once the agent has seen the turn before `act`."""
        if DEFECT not in act.before[1:]:
            return self
        return Encounter(wronged=self.wronged or not self.struck, struck=self.struck, spotless=False)

    def unprovoked(self, act: Act) -> bool:
        """Whether a defection now would answer nothing; ask it of the encounter that has seen the turn before."""
        return act.outcome == "chosen" and not self.wronged and DEFECT not in act.before[1:]

    def after(self, act: Act) -> Encounter:
        """The encounter once the agent has acted."""
        began = self.unprovoked(act) and act.intended == DEFECT
        return self.model_copy(update={"struck": True}) if began else self
