"""The arena: what was told of rounds, accusations, hearings and eliminations, and the whole of it for a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from ethogram.events import (
    AccusationAnswered,
    AccusationDecided,
    AccusationFiled,
    AgentEliminated,
    ArenaConcluded,
    ArenaRoundClosed,
    ArenaRoundOpened,
    Event,
    RoundNarrated,
)
from ethogram.events.envelope import Record
from ethogram.runtime.store.rows import insert_new
from ethogram.runtime.store.tables import arena

ROUNDS: Mapping[type[Event], str] = {
    ArenaRoundOpened: "round", ArenaRoundClosed: "round", AccusationFiled: "round", AccusationAnswered: "round",
    AccusationDecided: "round", AgentEliminated: "round", ArenaConcluded: "rounds",
}  # fmt: skip
"""What the director keeps, and the field that says to which round each event belongs."""
KEPT: Mapping[type[Event], str] = {**ROUNDS, RoundNarrated: "round"}
"""The stories of models, which the agent runner keeps, among them."""


def keep_arena(connection: Connection, records: Sequence[Record]) -> None:
    """Store what was told; what is there already stays as it is."""
    rows = [
        {"event_id": record.id, "session_id": record.event.session_id, "type": record.event.TYPE,
         "round": getattr(record.event, KEPT[type(record.event)]),
         "body": record.event.model_dump(mode="json", exclude_none=True, exclude={"session_id"})}
        for record in records if type(record.event) in KEPT
    ]  # fmt: skip
    insert_new(connection, arena, rows)


def arena_of(connection: Connection, session_id: str) -> dict[str, Any] | None:
    """The arena of a session: `rounds[]` with order, pot, narration and, where a model told it, `told`; `hearings[]`
    with votes and transcript, `eliminated[]`, and once it is over title, champion and `places[]`; none where there was
    no arena."""
    query = select(arena.c.type, arena.c.body).where(arena.c.session_id == session_id).order_by(arena.c.round)
    told: dict[str, list[Any]] = {}
    for kind, body in connection.execute(query):
        told.setdefault(kind, []).append(body)
    if not told:
        return None
    orders = {each["round"]: each["order"] for each in told.get(ArenaRoundOpened.TYPE, [])}
    stories = {each["round"]: each["narration"] for each in told.get(RoundNarrated.TYPE, []) if each.get("narration")}
    (over,) = told.get(ArenaConcluded.TYPE) or [{}]
    return {
        "title": over.get("title"), "champion": over.get("champion"), "places": over.get("places", []),
        "narration": over.get("narration"),
        "rounds": [
            {**each, "order": orders.get(each["round"], []), "told": stories.get(each["round"])}
            for each in told.get(ArenaRoundClosed.TYPE, [])
        ],
        "hearings": sorted(told.get(AccusationDecided.TYPE, []), key=lambda each: each["case"]),
        "eliminated": told.get(AgentEliminated.TYPE, []),
    }  # fmt: skip
