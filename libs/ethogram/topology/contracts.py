"""Contracts: everything that is generated from the catalogue and the events, and the check that guards changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import BaseModel

from ethogram import __version__
from ethogram.events.base import Event
from ethogram.events.envelope import SCHEMA_BASE, schema_id
from ethogram.topology.catalogue import CATALOG, Catalogue, Topic, catalogue
from ethogram.topology.compatibility import incompatibilities

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FORMAT = "application/schema+json;version=2020-12"
"""What AsyncAPI calls the dialect: draft-07, its default, has no `$defs` and no `prefixItems`."""
SCHEMAS = Path(__file__).parent.parent / "_schemas"
"""The committed schemas of this checkout or installation."""
TOPICS_PAGE = CATALOG.parent / "README.md"


def schema_files() -> Mapping[str, str]:
    """Generated files by name: one JSON Schema per event, and the AsyncAPI document."""
    bus = catalogue()
    types = [event_type for topic in bus.topics.values() for event_type in topic.types.values()]
    schemas = {f"{one.TYPE}.schema.json": _json(schema_of(one)) for one in types}
    return {**schemas, "asyncapi.yaml": yaml.safe_dump(asyncapi(bus, __version__), sort_keys=False, width=120)}


def export_contracts(folder: Path) -> list[Path]:
    """Write schemas and AsyncAPI document into `folder`; the paths that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in schema_files()]


def check_contracts(folder: Path) -> list[str]:
    """What in `folder` differs from the code, and what a change would break, in words; empty if all is well."""
    wanted = schema_files()
    differing = [name for name, text in wanted.items() if _text(folder / name) != text]
    orphans = sorted({path.name for path in folder.glob("*.schema.json")} - set(wanted))
    return [
        *(f"{name}: differs from the code; run scripts/generate" for name in differing),
        *(f"{name}: belongs to no event of the catalogue" for name in orphans),
        *broken_contracts(folder),
    ]


def broken_contracts(folder: Path) -> list[str]:
    """Changes against the schemas in `folder` that readers of today, or records of yesterday, would not survive."""
    return [
        f"{name}: {reason}; keep it, or give the event a new version"
        for name, text in schema_files().items()
        if name.endswith(".json") and (old := _text(folder / name))
        for reason in incompatibilities(orjson.loads(old), orjson.loads(text))
    ]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE).decode()


def schema_of_file(model: type[BaseModel], path: Path) -> str:
    """JSON Schema 2020-12 of a file that people write, as it is published at `path`."""
    body = model.model_json_schema(mode="validation")
    return _json({"$schema": DIALECT, "$id": f"{SCHEMA_BASE}files/{path.name}", **body})


def schema_of(event_type: type[Event]) -> dict[str, Any]:
    """JSON Schema 2020-12 of an event's payload. Facts may carry fields of a later version; commands may not."""
    body = event_type.model_json_schema(mode="validation")
    if not event_type.COMMAND:
        _loosen(body)
        for part in body.get("$defs", {}).values():
            _loosen(part)
    return {"$schema": DIALECT, "$id": schema_id(event_type.TYPE), **body}


def _loosen(schema: dict[str, Any]) -> None:
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]


def asyncapi(catalogue: Catalogue, release: str) -> dict[str, Any]:
    """The AsyncAPI 3.1.0 document of the bus, with Kafka bindings 0.5.0."""
    types = [event_type for topic in catalogue.topics.values() for event_type in topic.types.values()]
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Ethogram",
            "version": release,
            "description": "CloudEvents 1.0 in Kafka binary mode: the value is the payload, attributes are headers.",
        },
        "defaultContentType": "application/json",
        "channels": {_channel(topic): _channel_object(topic) for topic in catalogue.topics.values()},
        "operations": dict(_operations(catalogue)),
        "components": {"messages": {event_type.__name__: _message(event_type) for event_type in types}},
    }


def _channel(topic: Topic) -> str:
    return topic.name.removeprefix("ethogram.").removesuffix(".v1").replace(".", "-")


def _channel_object(topic: Topic) -> dict[str, Any]:
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in topic.events}
    binding = {
        "topic": topic.name,
        "partitions": topic.partitions["production"],
        "topicConfiguration": {
            "cleanup.policy": [topic.cleanup],
            "retention.ms": int(topic.config["retention.ms"]),
            "max.message.bytes": topic.max_message_bytes,
        },
        "bindingVersion": "0.5.0",
    }
    return {
        "address": topic.name, "description": topic.about, "messages": messages, "bindings": {"kafka": binding},
    }  # fmt: skip


def _operations(catalogue: Catalogue) -> Iterator[tuple[str, dict[str, Any]]]:
    for topic in catalogue.topics.values():
        for action, services in (("send", topic.producers), ("receive", topic.consumers)):
            for service in services:
                yield f"{service}-{action}s-{_channel(topic)}", _operation(topic, action, service)


def _operation(topic: Topic, action: str, service: str) -> dict[str, Any]:
    channel = f"#/channels/{_channel(topic)}"
    binding = {"groupId": {"type": "string", "const": f"ethogram.{service}"}, "bindingVersion": "0.5.0"}
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": f"{service} {action}s what is on {topic.name}",
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in topic.events],
        **({"bindings": {"kafka": binding}} if action == "receive" else {}),
    }


def _message(event_type: type[Event]) -> dict[str, Any]:
    return {
        "name": event_type.TYPE,
        "title": event_type.__name__,
        "summary": (event_type.__doc__ or "").splitlines()[0],
        "contentType": "application/json",
        "payload": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": {"$ref": f"./{event_type.TYPE}.schema.json"},
        },
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }


def topics_page(catalogue: Catalogue) -> str:
    """topics/README.md: a table of all topics and a map of who writes and who reads."""
    rows = "\n".join(_row(topic) for topic in catalogue.topics.values())
    return (
        "# Topics\n\nGenerated from `catalog.yaml` by `scripts/generate`.\n\n"
        "| topic | events | key | kept | written by | read by |\n|---|---|---|---|---|---|\n"
        f"{rows}\n\n## Map\n\n```mermaid\nflowchart LR\n{_map(catalogue)}\n```\n"
    )


def _row(topic: Topic) -> str:
    kept = topic.retention_days if topic.retention_days == "forever" else f"{topic.retention_days} days"
    events = ", ".join(topic.events) or "records as they came"
    cells = (f"`{topic.name}`", events, topic.key, kept, ", ".join(topic.producers), ", ".join(topic.consumers) or "-")
    return f"| {' | '.join(map(str, cells))} |"


def _map(catalogue: Catalogue) -> str:
    lines = []
    for topic in catalogue.topics.values():
        node = _channel(topic).replace("-", "_")
        lines.append(f"  {node}[/{_channel(topic)}/]")
        lines += [f"  {service} --> {node}" for service in topic.producers]
        lines += [f"  {node} --> {service}" for service in topic.consumers if service != "auditor"]
    return "\n".join(lines)
