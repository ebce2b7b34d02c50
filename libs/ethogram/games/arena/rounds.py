"""How an arena goes on: contributions, accusations, answers, the council's decisions, eliminations, the next round."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events import (
    Account,
    AccusationDecided,
    AgentEliminated,
    AgentId,
    ArenaConcluded,
    ArenaPlan,
    ArenaRoundClosed,
    ArenaRoundOpened,
    Chance,
    Event,
    GameId,
    Heard,
    Place,
    SessionId,
    Speech,
)
from ethogram.games.arena import acts, cases, detection
from ethogram.games.arena.floor import points_of
from ethogram.games.arena.ledger import Arena, Entry, Record, Said
from ethogram.games.arena.narrator import tell
from ethogram.games.arena.payoffs import payoffs, pot_of
from ethogram.games.arena.worth import SELECTORS, ordered
from ethogram.games.course import Answer

MOST_SAID = 40
"""Latest words that are kept."""
Scores = Sequence[float]
"""Payoffs of each seat so far."""
Went = tuple[Arena, list[Event]]


def first(plan: ArenaPlan, agents: Sequence[AgentId], game_id: GameId, seed: int) -> Arena:
    """An arena before its first turn."""
    order = ordered(range(len(agents)), {}, Chance(seed, "arena", game_id, 1))
    return Arena(plan=plan, game_id=game_id, order=order, records=tuple(Record(agent_id=agent) for agent in agents))


def opened(arena: Arena, session_id: SessionId, worth: dict[AgentId, float], samples: int = 0) -> ArenaRoundOpened:
    """What is told when a round begins."""
    return ArenaRoundOpened(
        session_id=session_id, game_id=arena.game_id, round=arena.round, selector=arena.plan.selector,
        order=cases.names(arena, arena.order), worth=worth, samples=samples,
    )  # fmt: skip


def go_on(
    arena: Arena, session_id: SessionId, seed: int, scores: Scores, turn: int, done: dict[int, tuple[str, Answer]]
) -> Went:
    """What follows from a turn; `done`: per seat that moved, what was carried out, and what it answered."""
    spoken = _spoken(arena, done)
    if arena.stage == "contribute":
        return _contributed(spoken, turn, done), []
    if arena.stage == "accuse":
        accusing = {seat: (symbol, answer.speech or cases.NOTHING) for seat, (symbol, answer) in done.items()}
        filed, events = cases.file(spoken, session_id, seed, accusing)
        if not filed.cases:
            return close(filed, session_id, seed, scores)
        told = filed.model_copy(update={"stage": "answer", "news": (*filed.news, *_accused(filed, seed))})
        return told, [*events]
    answered, put = cases.answer(spoken, session_id, done)
    return answered, [*put]


def heed(arena: Arena, seed: int, scores: Scores, decided: AccusationDecided) -> Went:
    """What follows from a decision of the council; with the last one of a round, the round is over."""
    accused = arena.seat_of(decided.accused)
    moved = cases.decide(arena, decided)
    chance = Chance(seed, "narrator", arena.game_id, arena.round, "decided", decided.case)
    news = [tell(decided.finding, chance, who=decided.accused, charge=decided.charge)]
    events: list[Event] = []
    if accused is not None and moved.records[accused].out:
        news.append(tell("convicted", chance, who=decided.accused))
        events.append(_eliminated(moved, decided.session_id, scores, accused, decided.case))
    told = moved.model_copy(update={"news": (*moved.news, *news)})
    if told.cases:
        return told, events
    over, more = close(told, decided.session_id, seed, scores)
    return over, [*events, *more]


def close(arena: Arena, session_id: SessionId, seed: int, scores: Scores) -> Went:
    """End a round: whoever has to go goes, the story is told, and the next round begins, or the arena is over."""
    entries = arena.of_round(arena.round)
    for entry in entries:
        arena = arena.with_record(entry.seat, rounds=arena.round)
    arena, events = _culled(arena, session_id, seed, scores)
    closed = _closed(arena, session_id, seed, scores, entries)
    events.append(closed)
    if len(arena.alive) <= 1 or arena.round == arena.plan.rounds:
        over = arena.model_copy(update={"stage": "over", "entries": (), "said": (), "works": (), "news": ()})
        return over, [*events, concluded(over, session_id, seed, scores, whole=True)]
    return _next(arena.model_copy(update={"told": closed.narration}), session_id, seed, events)


def concluded(arena: Arena, session_id: SessionId, seed: int, scores: Scores, *, whole: bool) -> ArenaConcluded:
    """How the arena ended; where it was broken off nobody wins."""
    places = ranked(arena, scores)
    champion = places[0].agent_id if whole and arena.alive else None
    rounds = max(record.rounds for record in arena.records)
    occasion, chance = "champion" if champion else "nobody", Chance(seed, "narrator", arena.game_id, "over")
    return ArenaConcluded(
        session_id=session_id, game_id=arena.game_id, title=arena.plan.title, rounds=rounds, champion=champion,
        places=places, cases=arena.heard,
        narration=tell(occasion, chance, who=champion, rounds=rounds, title=arena.plan.title),
    )  # fmt: skip


def ranked(arena: Arena, scores: Scores) -> tuple[Place, ...]:
    """Everybody, best first: who was in longer, then who has more points, then by name."""
    points = {seat: points_of(arena, scores, seat) for seat in range(len(arena.records))}

    def order(seat: int) -> tuple[bool, int, float, AgentId]:
        record = arena.records[seat]
        return record.out is not None, -record.rounds, -points[seat], record.agent_id

    return tuple(
        Place(agent_id=record.agent_id, rank=rank, points=points[seat], rounds=record.rounds, out=record.out,
              upheld=record.upheld, dismissed=record.dismissed)
        for rank, seat in enumerate(sorted(points, key=order), 1)
        for record in (arena.records[seat],)
    )  # fmt: skip


def _contributed(arena: Arena, turn: int, done: dict[int, tuple[str, Answer]]) -> Arena:
    ((seat, (symbol, answer)),) = done.items()
    entry = acts.entry_of(arena, seat, symbol, turn)
    work = detection.compared(seat, (answer.speech or Speech()).work)
    works = arena.works
    if work:
        copied = detection.copied_from(work, works)
        entry = entry if copied is None or entry.copied is not None else entry.model_copy(update={"copied": copied})
        works = (*(each for each in works if each.seat != seat), work)
    last = arena.place == len(arena.order) - 1
    return arena.model_copy(update={
        "entries": (*arena.entries, entry), "works": works, "place": arena.place + 1,
        "stage": "accuse" if last else "contribute",
    })  # fmt: skip


def _spoken(arena: Arena, done: dict[int, tuple[str, Answer]]) -> Arena:
    """The arena once all have heard what was said with a turn."""
    said = list(arena.said)
    for seat, (_, answer) in sorted(done.items()):
        speech = answer.speech or cases.NOTHING
        if speech.aloud:
            said.append(Said(heard=_words(arena, seat, speech.aloud)))
        for whisper in speech.whispers:
            to = arena.seat_of(whisper.to)
            if to is not None and to != seat and whisper.text:
                said.append(Said(heard=_words(arena, seat, whisper.text), to=to))
    return arena.model_copy(update={"said": tuple(said[-MOST_SAID:])})


def _words(arena: Arena, seat: int, text: str) -> Heard:
    return Heard(round=arena.round, agent_id=arena.agent(seat), text=text)


def _accused(arena: Arena, seed: int) -> list[str]:
    return [
        tell("accused", Chance(seed, "narrator", arena.game_id, arena.round, "accused", case.number),
             who=arena.agent(case.accused), by=", ".join(cases.names(arena, case.accusers)) or "the arena itself")
        for case in arena.cases
    ]  # fmt: skip


def _culled(arena: Arena, session_id: SessionId, seed: int, scores: Scores) -> Went:
    due = arena.plan.cull and arena.round % arena.plan.cull == 0
    if not due or len(arena.alive) < 2:
        return arena, []
    drawn = Chance(seed, "cull", arena.game_id, arena.round).shuffled(arena.alive)
    goes = min(drawn, key=lambda seat: points_of(arena, scores, seat))
    moved = arena.with_record(goes, out="last")
    return moved, [_eliminated(moved, session_id, scores, goes, None)]


def _eliminated(arena: Arena, session_id: SessionId, scores: Scores, seat: int, case: int | None) -> AgentEliminated:
    return AgentEliminated(
        session_id=session_id, game_id=arena.game_id, agent_id=arena.agent(seat), round=arena.round,
        why="last" if case is None else "convicted", case=case, points=points_of(arena, scores, seat),
        left=len(arena.alive),
    )  # fmt: skip


def _closed(
    arena: Arena, session_id: SessionId, seed: int, scores: Scores, entries: Sequence[Entry]
) -> ArenaRoundClosed:
    earned, (pot, worth) = payoffs(arena, entries, seed), pot_of(arena, entries)
    return ArenaRoundClosed(
        session_id=session_id, game_id=arena.game_id, round=arena.round, pot=pot, worth=worth,
        accounts=tuple(
            Account(agent_id=arena.agent(entry.seat), gave=entry.gave, entered=entry.entered,
                    payoff=earned[entry.seat], points=points_of(arena, scores, entry.seat))
            for entry in sorted(entries, key=lambda entry: entry.seat)
        ),
        narration=_story(arena, seed, entries, pot, worth), narrator=arena.plan.narrator,
    )  # fmt: skip


def _story(arena: Arena, seed: int, entries: Sequence[Entry], pot: float, worth: float) -> str:
    chance = Chance(seed, "narrator", arena.game_id, arena.round)
    most = max(entries, key=lambda entry: (entry.entered, -entry.seat))
    parts = [tell("pot", chance, round=arena.round, pot=pot, worth=worth)]
    parts += [tell("most", chance, who=arena.agent(most.seat))] if most.entered else []
    gone = [seat for seat in (entry.seat for entry in entries) if arena.records[seat].out == "last"]
    last = [tell("last", chance, who=arena.agent(seat)) for seat in gone]
    return " ".join([*parts, *arena.news, *last])


def _next(arena: Arena, session_id: SessionId, seed: int, events: list[Event]) -> Went:
    """Begin the next round, in the order of what each was worth to this one by the book."""
    entries = {entry.seat: entry for entry in arena.of_round(arena.round)}
    seats = sorted(entries)
    worth = SELECTORS[arena.plan.selector](
        arena.plan, [entries[seat].entered for seat in seats], Chance(seed, "worth", arena.game_id, arena.round)
    )
    by_seat = dict(zip(seats, worth.values, strict=True))
    following = arena.round + 1
    moved = arena.model_copy(update={
        "round": following, "stage": "contribute", "place": 0, "news": (),
        "order": ordered(arena.alive, by_seat, Chance(seed, "arena", arena.game_id, following)),
        "entries": tuple(entry for entry in arena.entries if entry.round > following - arena.window),
    })  # fmt: skip
    told = {arena.agent(seat): value for seat, value in by_seat.items()}
    return moved, [*events, opened(moved, session_id, told, worth.samples)]
