"""Permissions on the bus: what the catalogue says, and not a word more."""

from __future__ import annotations

import subprocess

from ethogram.topology import catalogue
from ethogram.topology.access import Rule, as_commands, rules, users

RULES = rules(catalogue())


def _topics(user: str, operation: str) -> set[str]:
    return {rule.name for rule in RULES if (rule.user, rule.resource, rule.operation) == (user, "topic", operation)}


def test_a_service_may_write_what_the_catalogue_lets_it_produce_and_nothing_else() -> None:
    for user in users(catalogue()):
        named = {t.name for t in catalogue().topics.values() if {user, "every-service"} & set(t.producers)}
        assert _topics(user, "Write") == named


def test_a_service_may_read_what_it_consumes_and_the_gateway_everything() -> None:
    for user in set(users(catalogue())) - {"gateway"}:
        assert _topics(user, "Read") == {topic.name for topic in catalogue().consumed_by(user)}
    assert Rule("gateway", "topic", "ethogram.", True, "Read") in RULES


def test_only_the_judge_may_say_verdicts_and_nobody_may_delete() -> None:
    writers = {rule.user for rule in RULES if rule.name == "ethogram.verdict.issued.v1" and rule.operation == "Write"}
    assert writers == {"judge"}
    assert not {rule.operation for rule in RULES} & {"Delete", "All", "Alter", "ClusterAction"}


def test_the_script_is_one_that_a_shell_reads() -> None:
    script = as_commands(RULES, "broker:9092", "admin.conf")
    assert script.count("--add") == len(RULES)
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
