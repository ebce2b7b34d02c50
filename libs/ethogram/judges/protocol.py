"""What a judge that asks a model gets, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, Protocol

from pydantic import Field, StringConstraints

from ethogram.events import Absence, EthogramError, JudgementRequested, Ruling, Value
from ethogram.models.call import Calls

Words = Annotated[str, StringConstraints(max_length=1_000)]
Name = Annotated[str, StringConstraints(max_length=64)]


class Asked(NamedTuple):
    """One question to one judge."""

    request: JudgementRequested
    """The case; in round 2 also what all judges said at first."""
    judge: str
    """Whom it is put to."""
    config: Mapping[str, Any]
    """How the training configures it."""
    calls: Calls
    """Where each call of a model is noted, so that it enters the log."""
    sample: str = ""
    """The same question with another sample is asked anew, not answered from the cache."""


class Said(Value):
    """What a judge says."""

    vote: Ruling
    """Its vote."""
    reasons: Annotated[tuple[Words, ...], Field(max_length=8)] = ()
    """Why."""
    evidence: Annotated[tuple[Name, ...], Field(max_length=16)] = ()
    """Ids of events that it cites."""
    articles: Annotated[tuple[Name, ...], Field(max_length=16)] = ()
    """Ids of articles that it finds touched."""


class NoVote(EthogramError):
    """A judge that has no vote, and why: it is kept as missing, never made up for."""

    def __init__(self, absent: Absence, message: str) -> None:
        super().__init__(absent, message)
        self.absent = absent


class ModelJudge(Protocol):
    """A judge that asks a model; made once per process from its settings: `Judge(settings)`."""

    about: str
    """One line for lists."""

    def check(self, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words. Pure, and called on the class: a class or static method."""
        ...

    async def vote(self, asked: Asked) -> Said:
        """Ask. Raises NoVote for what keeps it from voting."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
