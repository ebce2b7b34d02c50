"""Inference on recorded games: an ethogram per subject, and how well choices were foreseen that were held out.

Held out are the last 30 % of each subject's games, predicted from the first 70 % (of one single game the last 30 % of
its rounds), round by round, knowing the earlier rounds of the same game.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.ids import AgentId, SessionId
from ethogram.events.principles import Prediction, PrinciplesInferred, Strategy
from ethogram.principles.alternatives import foresee_alternatives
from ethogram.principles.automata import Floats
from ethogram.principles.career import career
from ethogram.principles.conclusion import Measured, conclude
from ethogram.principles.dealings import on_the_bus
from ethogram.principles.decided import amounts_in, shares_of
from ethogram.principles.foresight import CLIP, foresee_choices
from ethogram.principles.labelling import tell_all
from ethogram.principles.log import Log
from ethogram.principles.pages import pages_of_log
from ethogram.principles.social import conditional_cooperation
from ethogram.principles.strategy import weigh
from ethogram.principles.study import study
from ethogram.principles.visible import Booleans, Integers, split

TOGETHER = 64
"""Subjects whose labels are told at once."""
BATCH = 80_000
"""Choices from which one population is learnt at a time."""
RECORDED = SessionId("recorded")
"""Stands for the session in an ethogram of recorded games."""


@dataclass(frozen=True)
class Reading:
    """What one log says of one subject."""

    group: str
    subject: str
    games: int
    entropy: float
    """Of its choices, in bits."""
    ethogram: PrinciplesInferred


@dataclass(frozen=True)
class Told:
    """Held-out choices of a log: (M,) whose, the probability that was given to what happened, and whether foreseen."""

    subject: Integers
    given: Floats
    foreseen: Booleans

    def each(self, subjects: int) -> list[Measured | None]:
        """The same for every subject by itself."""
        count = np.bincount(self.subject, minlength=subjects)
        loss = np.bincount(self.subject, weights=-np.log(self.given), minlength=subjects)
        hits = np.bincount(self.subject, weights=self.foreseen, minlength=subjects)
        return [
            (int(many), quantise(float(lost / many)), quantise(float(hit / many))) if many else None
            for many, lost, hit in zip(count, loss, hits, strict=True)
        ]

    def measured(self, subjects: list[int] | None = None) -> Measured | None:
        """Count, mean log loss (nats) and accuracy, of some subjects or all."""
        chosen = slice(None) if subjects is None else np.isin(self.subject, subjects)
        given, foreseen = self.given[chosen], self.foreseen[chosen]
        if not len(given):
            return None
        return len(given), quantise(float(-np.log(given).mean())), quantise(float(foreseen.mean()))


def foretell(log: Log) -> Told:
    """Predict all held-out choices; each group learns from itself alone, a very large one batch by batch."""
    parts = [_foretell(log.part(batch), batch) for members in log.groups().values() for batch in _batches(log, members)]
    return Told(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("subject", "given", "foreseen")))


def _batches(log: Log, members: list[int]) -> Iterator[list[int]]:
    """Members in batches of at most BATCH choices (or one member): memory stays bounded, a batch is still a crowd."""
    batch: list[int] = []
    size = 0
    for member in members:
        rows = log.rows(member)
        if batch and size + rows.stop - rows.start > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(member)
        size += rows.stop - rows.start
    yield batch


def _foretell(log: Log, numbers: list[int]) -> Told:
    parts = split(log)
    held = parts.held
    if log.dilemma:
        chance = foresee_choices(log, parts)[held]
        happened = log.own[held] == 1
        given, foreseen = np.where(happened, chance, 1 - chance), (chance > 0.5) == happened
    else:
        table = foresee_alternatives(log, parts)[held]
        given = table[np.arange(len(table)), log.own[held]]
        foreseen = table.argmax(axis=1) == log.own[held]
    return Told(np.array(numbers)[parts.subject[held]], np.clip(given, CLIP, 1 - CLIP), foreseen)


def read_subjects(log: Log, told: Told) -> Iterator[Reading]:
    """An ethogram of each subject, in the order of the log."""
    measured = told.each(len(log.subjects))
    for number, ethogram in enumerate(_dilemmas(log, measured) if log.dilemma else _others(log, measured)):
        shares = _shares(log, number)
        yield Reading(
            *log.subjects[number], int(log.careers[number + 1] - log.careers[number]),
            quantise(-sum(share * log2(share) for share in shares.tolist() if share) + 0.0), ethogram,
        )  # fmt: skip


def _shares(log: Log, number: int) -> Floats:
    """(symbols,) how often a subject chose each."""
    own = log.own[log.rows(number)]
    return np.asarray(np.bincount(own, minlength=len(log.symbols)) / len(own))


def _dilemmas(log: Log, measured: list[Measured | None]) -> Iterator[PrinciplesInferred]:
    """Ethograms of choices between C and D; labels of some dozen subjects at once."""
    for first in range(0, len(log.subjects), TOGETHER):
        numbers = range(first, min(first + TOGETHER, len(log.subjects)))
        found = [career(log, number) for number in numbers]
        labels = tell_all([(evidence.marks, weigh(evidence.visits)) for evidence in found])
        for number, evidence, each in zip(numbers, found, labels, strict=True):
            read = study(pages_of_log(log.part([number])), evidence, each)
            agent = AgentId(log.subjects[number][1])
            yield conclude(evidence, RECORDED, agent, closing=True, measured=measured[number], study=read)


def _others(log: Log, measured: list[Measured | None]) -> Iterator[PrinciplesInferred]:
    """Ethograms of other choices."""
    for number, each in enumerate(measured):
        yield _ethogram(log, number, each, _shares(log, number))


def _ethogram(log: Log, number: int, measured: Measured | None, shares: Floats) -> PrinciplesInferred:
    agent = AgentId(log.subjects[number][1])
    rows = log.rows(number)
    count, loss, accuracy = measured or (0, None, None)
    chances = {symbol: quantise(float(share)) for symbol, share in zip(log.symbols, shares, strict=True) if share}
    mostly = max(chances, key=lambda symbol: (chances[symbol], symbol))
    amounts = amounts_in(log) if (log.other >= 0).all() else None
    giving = amounts is not None and min(amounts) >= 0 and len(amounts) > 2
    games = shares_of(log.part([number]), amounts or (), max(amounts or (1.0,))) if giving else []
    return PrinciplesInferred(
        session_id=RECORDED, agent_id=agent, acts=rows.stop - rows.start, closing=True, principles=(),
        strategy=Strategy(), preferences=on_the_bus(conditional_cooperation(games)) if giving else (),
        prediction=Prediction(log_loss=loss, accuracy=accuracy, n=count, next_choice=chances),
        summary=f"After {rows.stop - rows.start} acts. It mostly chose {mostly} ({chances[mostly]:.0%}). These choices "
                f"are not C and D against another's told one: principles and strategies of dilemmas do not apply.",
    )  # fmt: skip


def as_json(log: Log, *, grouped: bool = False) -> dict[str, object]:
    """Everything about a log as plain JSON values: agents[], and prediction {log_loss, accuracy, n} over all."""
    overview, agents = read_json(log, grouped=grouped)
    return {**overview, "agents": list(agents)}


def read_json(log: Log, *, grouped: bool = False) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """The same in two parts, the agents one by one: of many subjects they are more than memory should hold."""
    told = foretell(log)
    document: dict[str, object] = {
        "log": log.name, "choices": len(log.own), "games": len(log.game_names), "subjects": len(log.subjects),
        "symbols": list(log.symbols), "dilemma": log.dilemma, "prediction": summary_of(told.measured()),
    }  # fmt: skip
    if grouped:
        document["groups"] = {
            group: {"subjects": len(members), "prediction": summary_of(told.measured(members))}
            for group, members in log.groups().items()
        }
    return document, (_agent(reading, grouped) for reading in read_subjects(log, told))


def summary_of(measured: Measured | None) -> dict[str, float | int | None]:
    """A measurement as JSON; null where nothing was held out."""
    count, loss, accuracy = measured or (0, None, None)
    return {"log_loss": loss, "accuracy": accuracy, "n": count}


def _agent(reading: Reading, grouped: bool) -> dict[str, Any]:
    """Findings stand there as in the report of a session."""
    found = reading.ethogram
    where = {"group": reading.group} if grouped else {}
    return {"subject": reading.subject, **where, "agent_id": found.agent_id, "games": reading.games,
            "acts": found.acts, "entropy": reading.entropy, **found.findings()}  # fmt: skip
