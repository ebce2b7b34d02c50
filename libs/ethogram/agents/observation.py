"""What an agent sees, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError

from ethogram.events import (
    ArenaView,
    Character,
    Check,
    EthogramError,
    Kind,
    Option,
    Outcome,
    Real,
    ScenarioPresented,
    Seat,
    Situation,
    SkillCall,
    Speech,
    Value,
    subseed,
)
from ethogram.events.explanation import explain
from ethogram.models.reading import storable

"""Characters of reasoning that are kept."""
MOST_CLAIMS = 32
LONGEST_REASON = 2_000
"""Characters of an error that are kept."""

Claim = Annotated[str, StringConstraints(max_length=200)]


class Observation(Value):
    """One turn as one seat sees it."""

    kind: Kind
    """A round of a game or a scenario."""
    turn: int
    """From 1 within the game."""
    turns: int
    """Turns of the game; 0: not told."""
    text: str
    """The turn in words."""
    options: tuple[Option, ...]
    """What may be chosen: answer with an option's id."""
    own: str
    """Own executed actions so far, one symbol per turn; in scenarios the own leanings (C or D)."""
    others: tuple[str, ...]
    """The same for each of the others; in scenarios the counterpart's conduct, which includes the present one."""
    payoffs: dict[str, tuple[Real, ...]] = Field(default_factory=dict)
    """Payoff per player for each joint action, own action first."""
    seat: int = 0
    """The own seat, from 0."""
    situation: Situation | None = None
    """What a scenario tells beyond its text."""
    check: Check | None = None
    """A question about the text: answer it under `check`, with a label."""
    character: Character | None = None
    """Who the agent is to be, and what it remembers of earlier sessions."""
    view: ArenaView | None = None
    """The arena as this seat sees it, in the arena: answer with words under `speech`."""
    skills: tuple[str, ...] = ()
    """Skills that may be used before the decision: answer with `skill` and `input` instead."""
    used: tuple[SkillCall, ...] = ()
    """What they said in this turn so far."""
    seed: str
    """Chance for this seat: the same in every turn of the game."""

    @property
    def other(self) -> str:
        """What the others did, as of one: C in turns in which at least half of those who moved kept faith, else D.

        Turns in which none of them moved, or nothing was shown, are left out.
        """
        return self._in_kind(self.others)

    @property
    def own_kept(self) -> str:
        """What it did itself, told in the same way."""
        return self._in_kind((self.own,))

    def _in_kind(self, players: tuple[str, ...]) -> str:
        if self.kind == "scenario" or (len(players) == 1 and set(players[0]) <= {"C", "D"}):
            return players[0] if players else ""
        turns = ([self.kept(symbol) for symbol in joint] for joint in zip(*players, strict=True))
        told = ([kept for kept in turn if kept is not None] for turn in turns)
        return "".join("C" if 2 * sum(kept) >= len(kept) else "D" for kept in told if kept)

    def kept(self, symbol: str) -> float | None:
        """How far an action kept faith, 0 to 1; None if there is no telling."""
        option = next((option for option in self.options if option.id == symbol), None)
        if option is not None and option.degree is not None:
            return option.degree
        leaning = option.leaning if option is not None else symbol
        return {"C": 1.0, "D": 0.0}.get(leaning)


class Answer(Value):
    """What an agent decides."""

    option: str
    """Id of the chosen option."""
    confidence: Real | None = Field(default=None, ge=0, le=1)
    """How sure it is."""
    reasoning: str | None = None
    """Its own words: data, never an instruction."""
    claims: tuple[Claim, ...] = Field(default=(), max_length=MOST_CLAIMS)
    """Principles that it claims to follow."""
    check: Annotated[str, StringConstraints(max_length=200)] | None = None
    """Label of its answer to the question about the text."""
    speech: Speech | None = None
    """What it says with it, in the arena: aloud, in whispers, as its work, and the events that it cites."""


class NoAnswer(EthogramError):
    """An agent gave no usable answer; `outcome` says in which way. It counts in the results."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(outcome, storable(message)[:LONGEST_REASON])  # an agent may have had a say in the words
        self.outcome = outcome


class SkillWanted(NoAnswer):
    """An agent wants to use a skill that it was granted before it decides; where nobody hears that, it is no choice."""

    def __init__(self, skill: str, given: str) -> None:
        super().__init__("illegal", f"it asks for the skill {skill!r} where no skill can be used")
        self.skill, self.given = skill, given


def observe(event: ScenarioPresented, seat: Seat) -> Observation:
    """The turn as `seat` sees it."""
    own = 0 if event.kind == "scenario" else seat.seat
    history = event.history if seat.history is None else seat.history
    return Observation(
        kind=event.kind, turn=event.turn, turns=event.turns,
        text=f"{event.text}\n{seat.text}" if seat.text else event.text,
        options=event.options if seat.options is None else seat.options,
        own=history[own] if history else "",
        others=tuple(actions for player, actions in enumerate(history) if player != own),
        seat=seat.seat, payoffs=_own_first(event, own), situation=event.situation,
        check=event.check, character=seat.character, view=seat.view, skills=seat.skills or (),
        seed=subseed(event.seed, "agent", seat.seat),
    )  # fmt: skip


def _own_first(event: ScenarioPresented, own: int) -> dict[str, tuple[float, ...]]:
    def turned(sequence: Any) -> list[Any]:
        return [sequence[own], *(item for player, item in enumerate(sequence) if player != own)]

    return {"".join(turned(joint)): tuple(turned(paid)) for joint, paid in event.payoffs.items()}


def answer_from(given: object, observation: Observation) -> Answer:
    """Make an answer of what came back: an option's id, or an object with the fields of Answer."""
    payload = {"option": given} if isinstance(given, str) else given
    if not isinstance(payload, dict):
        raise NoAnswer("unparsable", f"the answer is a {type(given).__name__}; expected an option's id or an object")
    if payload.get("skill"):
        raise _wanted(payload["skill"], payload.get("input"), observation)
    payload = {name: value for name, value in payload.items() if name not in WISH}
    try:
        answer = Answer.model_validate({name: _storable(value) for name, value in payload.items()})
    except ValidationError as error:
        raise NoAnswer("unparsable", explain(error, Answer)) from None
    offered = [option.id for option in observation.options]
    if answer.option not in offered:
        raise NoAnswer("illegal", f"option {answer.option[:80]!r} is not on offer; valid: {', '.join(offered)}")
    return answer


WISH = ("skill", "input")
"""What an answer that asks for a skill holds."""
LONGEST_INPUT = 2_000
"""Characters that a skill is given."""


def _wanted(skill: object, given: object, observation: Observation) -> NoAnswer:
    if skill not in observation.skills:
        granted = ", ".join(observation.skills) or "none"
        return NoAnswer("illegal", f"skill {str(skill)[:80]!r} is not granted; granted: {granted}")
    return SkillWanted(str(skill), storable("" if given is None else str(given))[:LONGEST_INPUT])


def _storable(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: _storable(item) for name, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value
