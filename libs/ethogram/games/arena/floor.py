"""The floor: what each seat sees of the arena, as values and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ethogram.events import ArenaView, Booked, Chance, Contender, EventId, Heard, SessionId, Sighting, quantise
from ethogram.games.arena.ledger import Arena, Entry, turn_id

MOST_HEARD = 20
"""Latest words that a seat is shown."""


def points_of(arena: Arena, scores: Sequence[float], seat: int) -> float:
    """Payoffs less fines."""
    return quantise((scores[seat] if scores else 0.0) - arena.records[seat].fines)


def view(arena: Arena, session_id: SessionId, seed: int, scores: Sequence[float], seat: int) -> ArenaView:
    """What a seat sees."""
    return ArenaView(
        stage=arena.stage, round=arena.round, rounds=arena.plan.rounds, order=arena.order,
        contenders=tuple(
            Contender(seat=each, agent_id=arena.agent(each), points=points_of(arena, scores, each))
            for each in arena.alive
        ),
        book=tuple(
            Booked(round=entry.round, seat=entry.seat, entered=entry.entered, event_id=_id(arena, session_id, entry))
            for entry in arena.entries if entry.round >= arena.round - 1
        ),
        saw=tuple(sightings(arena, session_id, seed, seat)),
        heard=heard(arena, seat),
        charges=charges(arena, seat) if arena.stage == "answer" else (),
    )  # fmt: skip


def sightings(arena: Arena, session_id: SessionId, seed: int, seat: int) -> Iterator[Sighting]:
    """What a seat saw of what others really did; who was paid knows by whom."""
    for entry in arena.entries:
        if entry.seat == seat:
            continue
        saw = Chance(seed, "sight", arena.game_id, entry.turn, seat).flip(arena.plan.sight)
        if saw or entry.paid_to == seat:
            yield Sighting(
                round=entry.round, seat=entry.seat, gave=entry.gave, entered=entry.entered,
                copied=entry.copied is not None, paid_to=entry.paid_to, event_id=_id(arena, session_id, entry),
            )  # fmt: skip


def heard(arena: Arena, seat: int) -> tuple[Heard, ...]:
    """The latest words that reached a seat."""
    reached = [
        said.heard.model_copy(update={"whispered": said.to is not None})
        for said in arena.said
        if said.to in (None, seat)
    ]
    return tuple(reached[-MOST_HEARD:])


def charges(arena: Arena, seat: int) -> tuple[str, ...]:
    """Of what a seat is accused, in words."""
    return tuple(
        f"{_accusers(arena, case.accusers)} you of {case.charge or 'cheating'}"
        + "".join(f": {words}" for words in case.words[:1])
        for case in arena.cases
        if case.accused == seat
    )


def _accusers(arena: Arena, seats: Sequence[int]) -> str:
    if not seats:
        return "The arena accuses"
    named = ", ".join(f"player {seat} ({arena.agent(seat)})" for seat in seats)
    return f"{named} accuse{'s' if len(seats) == 1 else ''}"


def in_words(seen: ArenaView, seat: int) -> str:
    """A view as text, for agents that read."""
    names = {each.seat: f"player {each.seat} ({each.agent_id})" for each in seen.contenders}
    parts = [f"You are {names.get(seat, f'player {seat}')}."]
    parts.append("Points: " + ", ".join(f"{names[each.seat]} {each.points:g}" for each in seen.contenders) + ".")
    parts.append("In this round contribute, in this order: " + ", ".join(map(str, seen.order)) + ".")
    now = [f"{names.get(each.seat, each.seat)} {each.entered:g}" for each in seen.book if each.round == seen.round]
    parts += [f"The book of this round: {', '.join(now)}."] if now else []
    parts += [_seen(each) for each in seen.saw]
    parts += [f"{each.agent_id} {'whispers to you' if each.whispered else 'says'}: {each.text}" for each in seen.heard]
    return "\n".join([*parts, *seen.charges])


def _seen(saw: Sighting) -> str:
    what = f"In round {saw.round} you saw player {saw.seat} give {saw.gave:g} and enter {saw.entered:g}"
    what += ", by handing in the work of another" if saw.copied else ""
    what += f", having paid it to player {saw.paid_to}" if saw.paid_to is not None else ""
    return f"{what} (event {saw.event_id})."


def _id(arena: Arena, session_id: SessionId, entry: Entry) -> EventId:
    return turn_id(session_id, arena.game_id, entry.turn)
