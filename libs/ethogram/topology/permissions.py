"""What each service may do on the bus, from the catalogue: the least for its work, and a script that grants it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ethogram.topology.catalogue import Catalogue, Topic

Operation = Literal["READ", "WRITE", "DESCRIBE"]
ANYBODY = "anybody"
EVERY_SERVICE = "every-service"
PLAYER = "player"
"""User of those who start sessions over Kafka: what the catalogue lets anybody write."""
SHOWN_BY = "gateway"
"""The service that shows what it is not named as a consumer of."""
FOLLOWERS = "ethogram.follower"
"""The group that readers without a group name, since the client asks for one; nothing is ever committed under it."""
HEAD = """\
#!/bin/sh
# What each service may do on the bus, and no more. Generated from topics/catalog.yaml by scripts/generate.
# Usage: BOOTSTRAP=broker:9093 COMMAND_CONFIG=admin.properties infra/kafka/acls.sh
# Users are named like their services (ETHOGRAM_KAFKA_USERNAME); `player` starts sessions over Kafka. Topics are made by
# an administrator: python -m ethogram.runtime.provision. `allow` takes user, operation, kind, name, pattern type.
set -eu
allow() {
    "${KAFKA_ACLS:-kafka-acls.sh}" --bootstrap-server "$BOOTSTRAP" --command-config "$COMMAND_CONFIG" --add --force \\
        --allow-principal "User:$1" --operation "$2" "--$3" "$4" --resource-pattern-type "${5:-literal}"
}
"""


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One thing that one user may do."""

    user: str
    kind: Literal["topic", "group"]
    name: str
    operation: Operation
    prefixed: bool = False
    """Whether `name` is the beginning of names."""


def permissions(bus: Catalogue) -> list[Permission]:
    """All of them, sorted; whatever is not among them is refused by a broker that denies by default."""
    users = _services(bus)
    found = {each for topic in bus.topics.values() for each in _of(topic, users)}
    groups = {user: f"ethogram.{user}" for user in users if bus.consumed_by(user)} | {SHOWN_BY: FOLLOWERS}
    found |= {Permission(user, "group", name, "READ", True) for user, name in groups.items()}
    return sorted(found)


def script(bus: Catalogue) -> str:
    """A script of Kafka's own tool that grants them."""
    lines = [
        f"allow {each.user} {each.operation.capitalize()} {each.kind} {each.name}{' prefixed' if each.prefixed else ''}"
        for each in permissions(bus)
    ]
    return HEAD + "\n".join(lines) + "\n"


def _services(bus: Catalogue) -> list[str]:
    named = {name for topic in bus.topics.values() for name in (*topic.producers, *topic.consumers)}
    return sorted(named - {ANYBODY, EVERY_SERVICE})


def _of(topic: Topic, users: list[str]) -> Iterator[Permission]:
    for name in topic.producers:
        for user in {ANYBODY: [PLAYER], EVERY_SERVICE: [each for each in users if each != SHOWN_BY]}.get(name, [name]):
            yield Permission(user, "topic", topic.name, "WRITE")
            yield Permission(user, "topic", topic.name, "DESCRIBE")
    shown = [] if topic.raw or topic.bare else [SHOWN_BY]
    for user in (*topic.consumers, *shown):
        yield Permission(user, "topic", topic.name, "READ")
        yield Permission(user, "topic", topic.name, "DESCRIBE")
