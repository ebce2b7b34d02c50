"""Accusations on their way to the council: filed by agents and by the arena itself, answered, with the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ethogram.events import (
    AccusationAnswered,
    AccusationDecided,
    AccusationFiled,
    AgentId,
    EventId,
    Exhibit,
    SessionId,
    Speech,
    quantise,
)
from ethogram.games.arena.acts import ACCUSES, NOBODY, PLEAS
from ethogram.games.arena.detection import cited, others_gave, suspicions
from ethogram.games.arena.floor import sightings
from ethogram.games.arena.ledger import Arena, Case
from ethogram.games.course import Answer

MOST_EVIDENCE = 64
"""Events that one case rests on."""
NOTHING = Speech()
Filed = tuple[Arena, list[AccusationFiled]]


def file(arena: Arena, session_id: SessionId, seed: int, accusing: Mapping[int, tuple[str, Speech]]) -> Filed:
    """Open one case per accused seat; `accusing`: per seat the symbol of what it did, and what it said."""
    noticed = {found.seat: found for found in suspicions(arena, session_id, seed)}
    against: dict[int, list[int]] = {}
    for seat, (symbol, _) in sorted(accusing.items()):
        if symbol != NOBODY:
            against.setdefault(ACCUSES.index(symbol), []).append(seat)
    cases: list[Case] = []
    for accused in sorted({*noticed, *against}):
        found = noticed.get(accused)
        accusers = tuple(against.get(accused, ()))
        evidence = [*(cited(arena, session_id, found.shown) if found else ())]
        for seat in accusers:
            evidence += _evidence(arena, session_id, seed, seat, accused, accusing[seat][1])
        cases.append(Case(
            number=arena.heard + len(cases) + 1, accused=accused, accusers=accusers,
            charge=found.charge if found else None, evidence=tuple(dict.fromkeys(evidence))[:MOST_EVIDENCE],
            words=tuple(said for seat in accusers if (said := accusing[seat][1].aloud)),
        ))  # fmt: skip
    moved = arena.model_copy(update={"cases": tuple(cases), "heard": arena.heard + len(cases)})
    return moved, [_filed(moved, session_id, case) for case in cases]


def answer(
    arena: Arena, session_id: SessionId, pleading: Mapping[int, tuple[str, Answer]]
) -> tuple[Arena, list[AccusationAnswered]]:
    """Put the cases before the council, each with what its accused says to it."""
    cases = tuple(
        case.model_copy(update={"plea": PLEAS[pleading[case.accused][0]]}) for case in arena.cases
    )  # fmt: skip
    answered = [_answered(arena, session_id, case, pleading[case.accused][1]) for case in cases]
    return arena.model_copy(update={"cases": cases, "stage": "hearing"}), answered


def decide(arena: Arena, decided: AccusationDecided) -> Arena:
    """The ledger once the council has decided a case; no case is heard twice on the same evidence."""
    case = next(case for case in arena.cases if case.number == decided.case)
    record = arena.records[case.accused]
    upheld = decided.finding == "upheld"
    changes: dict[str, object] = {"tried": tuple(dict.fromkeys((*record.tried, *case.evidence)))}
    if upheld:
        changes |= {
            "fines": quantise(record.fines + decided.fine), "strikes": decided.strikes, "upheld": record.upheld + 1,
        }  # fmt: skip
    if upheld and decided.eliminated:
        changes["out"] = "convicted"
    moved = arena.with_record(case.accused, **changes)
    for seat in case.accusers if not upheld else ():
        accuser = moved.records[seat]
        moved = moved.with_record(
            seat, fines=quantise(accuser.fines + decided.slander), dismissed=accuser.dismissed + 1
        )
    return moved.model_copy(update={"cases": tuple(each for each in moved.cases if each.number != case.number)})


def names(arena: Arena, seats: Sequence[int]) -> tuple[AgentId, ...]:
    """Who sits there."""
    return tuple(arena.agent(seat) for seat in seats)


def _evidence(
    arena: Arena, session_id: SessionId, seed: int, seat: int, accused: int, speech: Speech
) -> tuple[EventId, ...]:
    """What an accuser cites; if nothing, all that it saw of the accused."""
    if speech.cites:
        return speech.cites
    return tuple(saw.event_id for saw in sightings(arena, session_id, seed, seat) if saw.seat == accused)


def _filed(arena: Arena, session_id: SessionId, case: Case) -> AccusationFiled:
    return AccusationFiled(
        session_id=session_id, game_id=arena.game_id, case=case.number, round=arena.round,
        accused=arena.agent(case.accused), accusers=names(arena, case.accusers), charge=case.charge,
        evidence=case.evidence, words=case.words,
    )  # fmt: skip


def _answered(arena: Arena, session_id: SessionId, case: Case, answer: Answer) -> AccusationAnswered:
    plan, record = arena.plan, arena.records[case.accused]
    return AccusationAnswered(
        session_id=session_id, game_id=arena.game_id, case=case.number, round=arena.round,
        accused=record.agent_id, accusers=names(arena, case.accusers), charge=case.charge, words=case.words,
        plea=case.plea, defence=(answer.speech or NOTHING).aloud, decision_id=answer.decision_id,
        exhibits=tuple(_exhibit(arena, session_id, case.accused, event_id) for event_id in case.evidence),
        patience=plan.patience, strikes=record.strikes, fine=plan.fine, slander=plan.slander,
    )  # fmt: skip


def _exhibit(arena: Arena, session_id: SessionId, accused: int, event_id: EventId) -> Exhibit:
    tried = event_id in arena.records[accused].tried
    entry = next((each for each in arena.entries if cited(arena, session_id, [each]) == (event_id,)), None)
    if entry is None:
        return Exhibit(event_id=event_id, known=False, tried=tried)
    return Exhibit(
        event_id=event_id, known=True, agent_id=arena.agent(entry.seat), round=entry.round, gave=entry.gave,
        entered=entry.entered, others_gave=quantise(others_gave(arena, entry)),
        copied=None if entry.copied is None else arena.agent(entry.copied),
        paid_to=None if entry.paid_to is None else arena.agent(entry.paid_to), tried=tried,
    )  # fmt: skip
