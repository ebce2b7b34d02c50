"""Transcripts: cases written down by hand, on which judges are tried, against human labels where there are any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from ethogram.council.agreement import alpha, bias, missing
from ethogram.council.case import Case
from ethogram.council.conduct import Conduct
from ethogram.council.constitution import Constitution
from ethogram.council.deliberation import hear_out
from ethogram.council.measures import CONVICTIONS, SLANDERS, Tally
from ethogram.council.panel import latest
from ethogram.council.verdict import decide
from ethogram.events import (
    Act,
    AgentId,
    Archetype,
    Ballot,
    BehaviourObserved,
    EventId,
    GameId,
    Kind,
    Option,
    Outcome,
    Principle,
    Real,
    Ruling,
    SessionId,
    Situation,
    Value,
    Vote,
    derive,
    quantise,
)

SESSION = SessionId("00000000-0000-4000-8000-000000000000")
"""Transcripts belong to no session."""


class Line(Value):
    """Acts of one kind, told once."""

    times: Annotated[int, Field(ge=1, le=10_000)] = 1
    """How often."""
    kind: Kind = "game"
    """A round of a game, or a scenario."""
    intended: str
    """Action, or id of the option; what was meant."""
    before: str = ""
    """Own and other's action of the turn before; empty on a first turn."""
    outcome: Outcome = "chosen"
    """Whether it was a choice."""
    counterpart: str = "counterpart"
    """Whom it faced."""
    claims: tuple[str, ...] = ()
    """Principles claimed with it."""
    archetype: Archetype = "loyalty"
    """Kind of scenario."""
    options: tuple[Option, ...] = ()
    """What was on offer, in a scenario."""
    situation: Situation | None = None
    """More about the scenario, where a test asks for it."""


class Finding(Value):
    """What the inference says about a principle."""

    name: str
    """The principle."""
    interval: tuple[Real, Real]
    """95 % interval of its strength."""
    observations: int = 40
    """What it rests on."""


class Transcript(Value):
    """One agent's trajectory, and what people say of it."""

    name: str
    """Unique in its file."""
    agent: AgentId = AgentId("agent")
    """The agent's id: scopes and waivers go by it."""
    training: str = ""
    """Name of the training: waivers go by it."""
    time: str = ""
    """When the session began (RFC 3339): waivers expire by it."""
    acts: tuple[Line, ...]
    """In order."""
    convictions: tuple[bool, ...] = ()
    """Accusations against it that were heard in an arena, in order: whether they were upheld."""
    slanders: tuple[bool, ...] = ()
    """Accusations by it, in order: whether they were dismissed."""
    principles: tuple[Finding, ...] = ()
    """What was inferred."""
    competence: Annotated[Real, Field(ge=0, le=1)] | None = None
    """Mean payoff on the scale of the games."""
    labels: dict[str, Ruling] = Field(default_factory=dict)
    """Verdicts of people, by who gave them."""
    breaks: tuple[str, ...] | None = None
    """Articles that it breaks, where that is to be checked."""


class Transcripts(Value):
    """A file of transcripts."""

    transcripts: Annotated[tuple[Transcript, ...], Field(min_length=1)]


class Judged(NamedTuple):
    """What became of one transcript."""

    transcript: Transcript
    verdict: Ruling
    votes: tuple[Vote, ...]
    same: bool
    """Whether every repetition said the same."""

    @property
    def articles(self) -> tuple[str, ...]:
        """Articles that it is found to break."""
        return tuple(sorted({article for vote in self.votes for article in vote.articles}))

    @property
    def as_expected(self) -> bool | None:
        """Whether the articles are those that the file names; none where it names none."""
        told = self.transcript.breaks
        return None if told is None else self.articles == tuple(sorted(told))


class Evaluation(NamedTuple):
    """How the council did on a file."""

    judged: tuple[Judged, ...]

    @property
    def repeatability(self) -> float:
        """Share of transcripts on which every repetition said the same."""
        return quantise(sum(each.same for each in self.judged) / len(self.judged))

    @property
    def agreement(self) -> float | None:
        """Krippendorff's alpha of the judges' first votes."""
        return alpha([_first(each) for each in self.judged])

    @property
    def severity(self) -> dict[str, float]:
        """How much more severely (above 0) or mildly each judge first votes than the others, in ranks."""
        return bias(_first(each) for each in self.judged)

    @property
    def missing(self) -> dict[str, int]:
        """Transcripts on which each judge gave no vote, where there are any."""
        votes = [_first(each) for each in self.judged]
        return missing(votes, {judge for unit in votes for judge in unit})

    @property
    def labelled(self) -> tuple[Judged, ...]:
        """Transcripts with labels of people."""
        return tuple(each for each in self.judged if each.transcript.labels)

    @property
    def accuracy(self) -> float | None:
        """Share of labelled transcripts whose verdict is the one that most people gave; ties count as wrong."""
        right = [each.verdict == _majority(each.transcript.labels) for each in self.labelled]
        return quantise(sum(right) / len(right)) if right else None

    def with_people(self) -> dict[str, float | None]:
        """Krippendorff's alpha with the people's labels: of the verdict, and of each judge alone."""
        judges = sorted({vote.judge for each in self.labelled for vote in each.votes})
        found = {"verdict": alpha([{**each.transcript.labels, "": each.verdict} for each in self.labelled])}
        for judge in judges:
            found[judge] = alpha([{**each.transcript.labels, "": _first(each)[judge]} for each in self.labelled])
        return found

    @property
    def between_people(self) -> float | None:
        """Krippendorff's alpha of the people among themselves: what can be hoped for."""
        return alpha([each.transcript.labels for each in self.labelled])


Hear = Callable[[Case], Sequence[Vote]]


def evaluate(
    transcripts: Sequence[Transcript], rules: Constitution, repeat: int = 2, hear: Hear = hear_out
) -> Evaluation:
    """Let the council judge each transcript `repeat` times."""
    return Evaluation(tuple(_judged(transcript, rules, repeat, hear) for transcript in transcripts))


def case_of(transcript: Transcript, rules: Constitution) -> Case:
    """The case that a transcript tells."""
    conduct = Conduct()
    for turn in _turns(transcript):
        conduct = conduct.after(turn.acts[0], turn, rules.watches)
    principles = {told.name: _principle(told) for told in transcript.principles}
    tallies = {
        name: _tallied(told, transcript.name)
        for name, told in ((CONVICTIONS, transcript.convictions), (SLANDERS, transcript.slanders)) if told
    }  # fmt: skip
    conduct = conduct.model_copy(update={"tallies": {**conduct.tallies, **tallies}})
    return Case(
        conduct, principles, rules, transcript.competence,
        agent_id=transcript.agent, training=transcript.training, time=transcript.time,
        words=latest([claim for line in transcript.acts for claim in line.claims]),
    )  # fmt: skip


def _tallied(told: Sequence[bool], name: str) -> Tally:
    tally = Tally()
    for number, happened in enumerate(told, 1):
        tally = tally.after(happened, EventId(derive("hearing", name, number)))
    return tally


def _judged(transcript: Transcript, rules: Constitution, repeat: int, hear: Hear) -> Judged:
    case = case_of(transcript, rules)
    said = [tuple(hear(case)) for _ in range(repeat)]
    return Judged(transcript, decide(said[0]), said[0], all(each == said[0] for each in said))


def _first(judged: Judged) -> Mapping[str, Ballot]:
    return {vote.judge: vote.blind or vote.vote for vote in judged.votes}


def _majority(labels: Mapping[str, Ruling]) -> Ruling | None:
    counts = Counter(labels.values()).most_common(2)
    return None if len(counts) > 1 and counts[0][1] == counts[1][1] else counts[0][0]


def _principle(told: Finding) -> Principle:
    low, high = told.interval
    return Principle(
        name=told.name, strength=(low + high) / 2, interval=told.interval, observations=told.observations,
        identifiable=True, why="told",
    )  # fmt: skip


def _turns(transcript: Transcript) -> Iterator[BehaviourObserved]:
    number = 0
    for line in transcript.acts:
        for _ in range(line.times):
            number += 1
            yield _turn(transcript, line, number)


def _turn(transcript: Transcript, line: Line, number: int) -> BehaviourObserved:
    decision = EventId(derive("transcript", transcript.name, number))
    act = Act(
        seat=0, agent_id=transcript.agent, counterpart=line.counterpart, number=number, outcome=line.outcome,
        intended=line.intended, executed=line.intended, before=line.before, others=line.before[1:] or "C",
        payoff=0.0, decision_id=decision, claims=line.claims,
    )  # fmt: skip
    told = line.situation or Situation(
        archetype=line.archetype, template="told", stress=0.0, contexts={}, counterpart=line.counterpart
    )
    return BehaviourObserved(
        session_id=SESSION, game_id=GameId("told"), turn=number, kind=line.kind, number=number,
        turn_id=decision, acts=(act,), options=line.options, last=False,
        situation=told if line.kind == "scenario" else None,
    )  # fmt: skip
