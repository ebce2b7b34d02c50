"""The reference of the bus: every topic, every event on it, every field of an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.cli.reference.markdown import page, rows
from ethogram.events.base import Event
from ethogram.topology import catalogue
from ethogram.topology.catalogue import Topic
from ethogram.topology.contracts import schema_of

HOW = """A record is JSON under CloudEvents 1.0 headers (`ce_type`, `ce_id`, `ce_time`, ...), keyed by its session.
[topics/README.md](../../topics/README.md) has the topics at a glance, [schemas/](../../schemas) a JSON Schema of every
event and the AsyncAPI document, [schemas/examples/](../../schemas/examples) a valid and an invalid example of each."""


def events_page() -> str:
    """docs/reference/events.md."""
    return page("Topics and events", HOW, *(_topic(topic) for topic in catalogue().topics.values()))


def _topic(topic: Topic) -> str:
    events = "\n\n".join(_event(kind) for kind in topic.types.values())
    return "\n\n".join(filter(None, [f"## {topic.name}", topic.about.strip(), events]))


def _event(kind: type[Event]) -> str:
    head = f"### {kind.__name__}\n\n`{kind.TYPE}`: {' '.join((kind.__doc__ or '').split())}"
    return f"{head}\n\n{field_rows(schema_of(kind))}"


def field_rows(schema: Mapping[str, Any]) -> str:
    """A table of the fields that a schema has."""
    required = set(schema.get("required", ()))
    fields = [
        (f"`{name}`", _form(field), "yes" if name in required else "", field.get("description", ""))
        for name, field in schema["properties"].items()
    ]
    return rows(("field", "form", "required", "meaning"), fields)


def _form(field: Mapping[str, Any]) -> str:
    """The form of a field in a few words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_form(each) for each in field["anyOf"]))
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        inner = field.get("items") or {}
        return f"list of {_form(inner)}" if inner else "list"
    return str(field.get("type", "anything"))
