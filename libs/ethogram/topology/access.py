"""Who may do what on the bus: the least that each service needs, derived from the catalogue."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from ethogram.topology.catalogue import Catalogue

NOT_SERVICES = frozenset({"anybody", "every-service"})
GATEWAY, AUDITOR, PROVISIONER = "gateway", "auditor", "provision"
EVERY = "ethogram."
"""What all topics and groups begin with."""


class Rule(NamedTuple):
    """One permission; `resource` is topic, group or cluster."""

    user: str
    resource: str
    name: str
    prefixed: bool
    operation: str


def rules(catalogue: Catalogue) -> list[Rule]:
    """Every permission of every service; what is not here is forbidden."""
    found = [rule for user in users(catalogue) for rule in _service(catalogue, user)]
    found += [Rule(GATEWAY, "topic", EVERY, True, "Read"), Rule(GATEWAY, "group", f"{EVERY}follower", False, "Read")]
    for operation in ("Create", "Describe", "DescribeConfigs", "AlterConfigs"):
        found.append(Rule(PROVISIONER, "topic", EVERY, True, operation))
    return sorted(set(found))


def users(catalogue: Catalogue) -> list[str]:
    """Users at the broker: one per service; `provision` is the one more that makes topics."""
    named = {name for topic in catalogue.topics.values() for name in (*topic.producers, *topic.consumers)}
    return sorted(named - NOT_SERVICES)


def as_commands(found: list[Rule], bootstrap_servers: str, command_config: str) -> str:
    """A shell script for Kafka's own tool; a second run changes nothing."""
    head = f"kafka-acls.sh --bootstrap-server {shlex.quote(bootstrap_servers)} --command-config {command_config} --add"
    lines = [
        f"{head} --allow-principal User:{rule.user} --operation {rule.operation} --{rule.resource} {rule.name}"
        f" --resource-pattern-type {'prefixed' if rule.prefixed else 'literal'}"
        for rule in found
    ]
    return "\n".join(["#!/bin/sh", "set -eu", *lines]) + "\n"


def _service(catalogue: Catalogue, user: str) -> Iterator[Rule]:
    for topic in catalogue.consumed_by(user):
        yield Rule(user, "topic", topic.name, False, "Read")
    for topic in catalogue.topics.values():
        if user in topic.producers or "every-service" in topic.producers:
            yield Rule(user, "topic", topic.name, False, "Write")
    if user != GATEWAY:
        # with its group of control topics, and the groupless reader of the inference worker, whose client wants a name
        yield Rule(user, "group", f"{EVERY}{user}", True, "Read")
        yield Rule(user, "group", f"{user}-", True, "Read")
