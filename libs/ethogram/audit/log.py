"""The log of a session: what of a record enters it, and the head over all its topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import rfc8785

from ethogram.audit.commitments import WHOLE, Withheld, commitment, commitments, field_salt, field_salts
from ethogram.audit.merkle import Frontier
from ethogram.events import InvalidRecord, TopicHead, canonical, digest
from ethogram.events.envelope import Headers, Record, encode
from ethogram.topology import catalogue

UNLOGGED = frozenset({"ce_traceparent", "ce_tracestate", "ce_signature"})
"""Attributes that no leaf holds: traces change on every hop, and a signature comes after what it signs."""


def leaf(record: Record, *, salted: bool = False) -> bytes:
    """The bytes of a record that the log commits to: RFC 8785 JSON of its attributes and its data.

    Salted, each field of the data is a commitment (see `commitments`), and any of them can be withheld from others.

    A record in another form than ours (a bare command, JSON with blanks, a foreign key) also enters with its key and
    the SHA-256 of its value, so that no byte of it can change unseen. Raises InvalidRecord where RFC 8785 has no form.
    """
    if isinstance(record.event, Withheld):
        return record.event.leaf.encode()
    key, value, headers = _wire(record)
    attributes = attributes_of(headers)
    data = orjson.loads(value)
    ours = key == record.event.key.encode() and canonical(data) == value
    if ours and not salted:
        return b'{"attributes":' + canonical(attributes) + b',"data":' + value + b"}"
    shown = None if key is None else key.hex()
    try:
        if not salted:
            members = {"attributes": attributes, "data": data, "key": shown, "sha256": digest(value)}
            return rfc8785.dumps(members)
        entered = commitments(data, field_salts(salt_of(record), data), canonical if ours else rfc8785.dumps)
        foreign = {} if ours else {"key": shown, "value": commitment(field_salt(salt_of(record), WHOLE), value)}
        return canonical({"attributes": attributes, "data": entered, **foreign})
    except rfc8785.CanonicalizationError as error:
        raise InvalidRecord("not-canonical", f"RFC 8785 has no form for this value: {error}") from None


def salt_of(record: Record) -> bytes:
    """The salt of a record; SaltUnknown if it did not come with the record."""
    if record.salt is None:
        raise SaltUnknown(f"the salt of {record.id} is not here")
    return record.salt


class SaltUnknown(Exception):
    """A salted log cannot be grown from records whose salts are elsewhere."""


def value_of(record: Record) -> bytes:
    """The bytes of a record's value, as delivered or as we write them."""
    return _wire(record)[1]


def topic_of(record: Record) -> str:
    """The topic that a record stands on."""
    return record.position.topic if record.position else catalogue().topic_of(type(record.event)).name


def stream_of(record: Record) -> str:
    """The stream whose order Kafka keeps: the topic, or `<topic>/<partition>` where commands come under any key."""
    topic = topic_of(record)
    if record.position is None or catalogue().topics[topic].key == "session_id":
        return topic
    return f"{topic}/{record.position.partition}"


def identity_of(record: Record) -> str:
    """What makes a record the same one when it is delivered again: writers of commands choose ids of their own."""
    return f"{record.source} {record.id}" if record.event.COMMAND else record.id


def redriven_for(record: Record) -> str:
    """The service that a record was sent again for; empty for one that is meant for all. The others pass it over."""
    named = dict(record.raw.headers).get("redrive_id", b"") if record.raw else b""
    return named.decode(errors="replace").rpartition("/")[0]


def heads(frontiers: Mapping[str, Frontier]) -> tuple[TopicHead, ...]:
    """Heads of all streams, sorted by name."""
    return tuple(
        TopicHead(topic=topic, size=frontier.size, root=frontier.root().hex())
        for topic, frontier in sorted(frontiers.items())
    )


def session_root(topic_heads: Iterable[TopicHead]) -> str:
    """The head of a session: SHA-256 over the canonical heads of its topics, sorted by topic."""
    by_topic = sorted(topic_heads, key=lambda head: head.topic)
    return digest(canonical([head.model_dump(mode="json") for head in by_topic]))


def _wire(record: Record) -> tuple[bytes | None, bytes, Headers]:
    if record.raw is None or record.raw.value is None:
        return encode(record)
    return record.raw.key, record.raw.value, record.raw.headers


def attributes_of(headers: Headers) -> dict[str, Any]:
    named = ((name.lower(), text) for name, text in headers)
    return {
        name: (text or b"").decode()
        for name, text in named
        if name == "content-type" or (name.startswith("ce_") and name not in UNLOGGED)
    }
