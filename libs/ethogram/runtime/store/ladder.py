"""The ladder: sessions that were placed, ratings, titles and their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from ethogram.council.contestants import places
from ethogram.council.ladder import Ladder, ordinal
from ethogram.council.placing import as_people_hold
from ethogram.events import (
    DEFAULT_TENANT,
    Event,
    LadderMoved,
    Move,
    OutcomeRevised,
    SessionPlaced,
    TitleChallenged,
    TitleDefended,
    TitleHeld,
    TitleTaken,
)
from ethogram.events.envelope import Record
from ethogram.runtime.store.tables import placements, ratings, revisions, title_events, titles

CONTESTED: dict[type[Event], str] = {TitleTaken: "taken", TitleDefended: "defended", TitleChallenged: "challenged"}
LADDER_EVENTS: tuple[type[Event], ...] = (SessionPlaced, LadderMoved, *CONTESTED, TitleHeld)
"""What the judge says about the ladder, all of it kept here."""


def keep_ladder(connection: Connection, records: Sequence[Record]) -> None:
    """Keep what the ladder says. Whatever comes late or twice finds a higher number there and changes nothing."""
    for record in records:
        event = record.event
        if isinstance(event, SessionPlaced):
            connection.execute(insert(placements).values(_placed(record, event)).on_conflict_do_nothing())
        elif isinstance(event, LadderMoved):
            _keep_ratings(connection, event)
            mine = placements.c.session_id == event.of_session
            connection.execute(update(placements).where(mine).values(number=event.number))
        elif isinstance(event, TitleHeld):
            _keep_title(connection, event)
        elif type(event) in CONTESTED:
            connection.execute(insert(title_events).values(_contested(record, event)).on_conflict_do_nothing())


def rated_contestants(connection: Connection, tenant: str, limit: int = 100) -> list[dict[str, Any]]:
    """The surest of a tenant first: contestant, mu, sigma, ordinal, sessions; `revised` has the same figures as they
    would be had people's verdicts held from the start, or is null where no verdict was overruled."""
    shown = ("contestant", "mu", "sigma", "ordinal", "sessions")
    query = select(*(ratings.c[name] for name in shown)).where(ratings.c.tenant == tenant).limit(limit)
    rows = connection.execute(query.order_by(ratings.c.ordinal.desc(), ratings.c.contestant))
    found = [dict(zip(shown, row, strict=True)) for row in rows]
    again = _climbed_again(connection, tenant)
    return [{**row, "revised": _figures(again, row["contestant"])} for row in found]


def titles_held(connection: Connection, tenant: str) -> list[dict[str, Any]]:
    """A tenant's titles by name: title, contestant, since, defences, challenges; `overruled`: whether the session that
    gave it has another champion, or none, since people overruled the council. The ladder itself is not moved back.

    `revised` says how the title would be held had people's verdicts held from the start; it is null where no verdict
    was overruled, or nobody would hold it.
    """
    again = _climbed_again(connection, tenant)
    would = {title: holding.model_dump(mode="json") for title, holding in (again.titles if again else {}).items()}
    since = titles.c.holding["since"].astext
    query = (
        select(titles.c.title, titles.c.holding, revisions.c.body["champion"].astext.label("champion"),
               revisions.c.session_id, placements.c.body)
        .outerjoin(revisions, revisions.c.session_id == since)
        .outerjoin(placements, placements.c.session_id == since)
        .where(titles.c.tenant == tenant)
        .order_by(titles.c.title)
    )  # fmt: skip
    return [
        {"title": title, **holding, "overruled": revised is not None and not _crowns(body, champion, holding),
         "revised": would.get(title)}
        for title, holding, champion, revised, body in connection.execute(query)
    ]


def _crowns(body: dict[str, Any] | None, champion: str | None, holding: dict[str, Any]) -> bool:
    placed = (body or {}).get("placements", ())
    named: dict[str, str] = {each["agent_id"]: each["contestant"] for each in placed}
    return champion is not None and named.get(champion) == holding["contestant"]


def title_history(
    connection: Connection, tenant: str, title: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """What became of a tenant's titles, newest first: number, title, kind, session_id, before, after."""
    query = select(title_events).where(title_events.c.tenant == tenant)
    query = query.order_by(title_events.c.number.desc()).limit(limit)
    rows = connection.execute(query.where(title_events.c.title == title) if title is not None else query).mappings()
    return [
        {**{name: row[name] for name in ("number", "title", "kind")}, "session_id": row["of_session"],
         "before": row["body"].get("before"), "after": row["body"]["after"]}
        for row in rows
    ]  # fmt: skip


def placed_games(connection: Connection, tenant: str, training: str = "%") -> list[tuple[str, dict[str, int]]]:
    """Sessions that count, of a tenant's trainings called like `training` (SQL pattern), the oldest first: id, and
    places; where people have overruled the council, the places that follow from their verdicts."""
    query = (
        select(placements.c.session_id, placements.c.body, revisions.c.body.label("revised"))
        .outerjoin(revisions, revisions.c.session_id == placements.c.session_id)
        .where(placements.c.tenant == tenant, placements.c.title.like(training))
        .order_by(placements.c.placed_at, placements.c.session_id)
    )
    return [
        (session_id, _places(body["placements"], (revised or {}).get("cards")))
        for session_id, body, revised in connection.execute(query)
    ]


def _places(placed: Sequence[dict[str, Any]], cards: Sequence[dict[str, Any]] | None) -> dict[str, int]:
    if cards is None:
        return {each["contestant"]: each["place"] for each in placed}
    held = {card["agent_id"]: card for card in cards}
    mine = ((each["contestant"], held[each["agent_id"]]) for each in placed)
    return places((contestant, card["total"], card["verdict"]) for contestant, card in mine)


def _climbed_again(connection: Connection, tenant: str) -> Ladder | None:
    """The ladder as people hold it; none where no verdict was overruled, for it is the same then."""
    query = (
        select(placements.c.body, revisions.c.body)
        .outerjoin(revisions, revisions.c.session_id == placements.c.session_id)
        .where(placements.c.tenant == tenant)
        .order_by(placements.c.number.nulls_first(), placements.c.placed_at, placements.c.session_id)
    )
    found = connection.execute(query).all()
    if all(revised is None for _, revised in found):
        return None
    from ethogram.council.reclimbing import climb_again  # brings openskill along, which is seldom needed

    return climb_again(
        as_people_hold(SessionPlaced.read(placed), OutcomeRevised.read(revised) if revised else None)
        for placed, revised in found
    )


def _figures(again: Ladder | None, contestant: str) -> dict[str, Any] | None:
    if again is None or contestant not in again.ratings:
        return None
    rating = again.ratings[contestant]
    return {"mu": rating.mu, "sigma": rating.sigma, "ordinal": ordinal(rating), "sessions": rating.sessions}


def _placed(record: Record, event: SessionPlaced) -> dict[str, Any]:
    return {
        "tenant": _whose(event), "event_id": record.id, "session_id": event.session_id, "title": event.title,
        "body": _body(event), "placed_at": datetime.fromisoformat(record.time),
    }  # fmt: skip


def _keep_ratings(connection: Connection, event: LadderMoved) -> None:
    fresh = insert(ratings).values([_rating(event, move) for move in event.moves])
    changed = {name: fresh.excluded[name] for name in ("mu", "sigma", "ordinal", "sessions", "number")}
    newer = fresh.excluded.number > ratings.c.number
    connection.execute(fresh.on_conflict_do_update(index_elements=["tenant", "contestant"], set_=changed, where=newer))


def _rating(event: LadderMoved, move: Move) -> dict[str, Any]:
    figures = {**move.after.model_dump(), "ordinal": ordinal(move.after)}
    return {"tenant": _whose(event), "contestant": move.contestant, **figures, "number": event.number}


def _keep_title(connection: Connection, event: TitleHeld) -> None:
    holding = event.holding.model_dump(mode="json")
    row = {"tenant": _whose(event), "title": event.title, "number": event.number, "holding": holding}
    fresh = insert(titles).values(row)
    newer = fresh.excluded.number > titles.c.number
    connection.execute(fresh.on_conflict_do_update(index_elements=["tenant", "title"], set_=row, where=newer))


def _contested(record: Record, event: Event) -> dict[str, Any]:
    body = _body(event)
    kept = {name: body[name] for name in ("number", "title", "of_session")}
    about = {"tenant": _whose(event), "event_id": record.id, "kind": CONTESTED[type(event)]}
    return {**about, "body": body, **kept}


def _whose(event: Event) -> str:
    return str(getattr(event, "tenant", None) or DEFAULT_TENANT)


def _body(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude_none=True)
