"""A real broker with TLS, passwords and ACLs: each service may do its work on the bus, and nothing else."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, NewTopic
from confluent_kafka.admin import ResourcePatternType as Pattern
from confluent_kafka.admin import ResourceType as Kind
from pydantic import SecretStr

from ethogram.devserver.folders import Folders
from ethogram.devserver.kafka import Kafka
from ethogram.devserver.ports import LOOPBACK, free_port
from ethogram.devserver.processes import start, wait_until
from ethogram.runtime.brokers import security
from ethogram.runtime.settings import load
from ethogram.topology import catalogue
from ethogram.topology.permissions import FOLLOWERS, permissions

USERS = ("admin", "player", "agent-runner", "judge", "gateway")
JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required"


@dataclass(frozen=True)
class Guarded:
    """A broker that lets nobody do what was not granted."""

    address: str
    authority: Path

    def reach(self, user: str, password: str = "") -> dict[str, Any]:
        """What librdkafka is told of it, by the settings that services have."""
        settings = load(
            kafka_security_protocol="SASL_SSL", kafka_sasl_mechanism="PLAIN", kafka_username=user,
            kafka_password=SecretStr(password or f"secret of {user}"), kafka_ca=self.authority,
        )  # fmt: skip
        return {"bootstrap.servers": self.address, "log_level": 0, **security(settings)}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, stack_folders: Folders) -> Iterator[Guarded]:
    """Started with the topics and the permissions of the catalogue."""
    home = tmp_path_factory.mktemp("guarded")
    key, certificate = _certificate(home)
    kafka = Kafka(Folders.at(home, cache=stack_folders.cache), port=free_port(), controller_port=free_port())
    command = kafka.prepare()
    properties = kafka.folders.kafka / "server.properties"
    properties.write_text(_guarding(properties.read_text(encoding="utf-8"), key, certificate), encoding="utf-8")
    child = start(command)
    broker = Guarded(kafka.bootstrap_servers, certificate)
    admin = AdminClient(broker.reach("admin"))
    try:
        wait_until(lambda: _answers(admin), child, timeout_s=60)
        _prepare(admin)
        yield broker
    finally:
        child.stop()


def _certificate(home: Path) -> tuple[Path, Path]:
    key, certificate = home / "key.pem", home / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", "2", "-subj", "/CN=broker", "-addext", f"subjectAltName=IP:{LOOPBACK}",
               "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


def _guarding(plain: str, key: Path, certificate: Path) -> str:
    users = " ".join(f'user_{name}="secret of {name}"' for name in USERS)
    lines = [
        line.replace("PLAINTEXT://", "SASL_SSL://").replace("PLAINTEXT:PLAINTEXT", "SASL_SSL:SASL_SSL")
        .replace("inter.broker.listener.name=PLAINTEXT", "inter.broker.listener.name=SASL_SSL")
        for line in plain.splitlines()
    ]  # fmt: skip
    pem = {name: path.read_text(encoding="utf-8").strip().replace("\n", " \\\n") for name, path in
           (("key", key), ("certificate.chain", certificate))}  # fmt: skip
    return "\n".join([
        *lines,
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found=false",
        "super.users=User:admin;User:ANONYMOUS",
        "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
        f'listener.name.sasl_ssl.plain.sasl.jaas.config={JAAS} username="admin" password="secret of admin" {users};',
        "ssl.keystore.type=PEM", *(f"ssl.keystore.{name}={text}" for name, text in pem.items()),
        "ssl.truststore.type=PEM", f"ssl.truststore.certificates={pem['certificate.chain']}",
    ]) + "\n"  # fmt: skip


def _answers(admin: AdminClient) -> bool:
    try:
        return bool(admin.list_topics(timeout=2).brokers)
    except KafkaException:
        return False


def _prepare(admin: AdminClient) -> None:
    for future in admin.create_topics([NewTopic(name, 1, 1) for name in catalogue().topics]).values():
        future.result(30)
    granted = [
        AclBinding(
            Kind[each.kind.upper()], each.name, Pattern.PREFIXED if each.prefixed else Pattern.LITERAL,
            f"User:{each.user}", "*", AclOperation[each.operation], AclPermissionType.ALLOW,
        )
        for each in permissions(catalogue())
    ]  # fmt: skip
    for made in admin.create_acls(granted).values():
        made.result(30)
    every = AclBindingFilter(Kind.ANY, None, Pattern.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY)
    assert _until(lambda: len(admin.describe_acls(every).result(30)) >= len(granted) or None)


def _may_write(broker: Guarded, user: str, topic: str) -> bool:
    failures: list[KafkaError] = []
    producer = Producer({**broker.reach(user), "enable.idempotence": True, "message.timeout.ms": 20_000})
    producer.produce(topic, b"{}", b"k", on_delivery=lambda error, _message: failures.append(error) if error else None)
    assert producer.flush(30) == 0
    assert all(error.code() in REFUSED for error in failures), failures
    return not failures


def _may_read(broker: Guarded, user: str, topic: str, group: str, *, joins: bool = True) -> bool:
    consumer = Consumer({**broker.reach(user), "group.id": group, "enable.auto.commit": False,
                         "auto.offset.reset": "earliest", "enable.partition.eof": True})  # fmt: skip
    try:
        if joins:
            consumer.subscribe([topic])
        else:
            consumer.assign([TopicPartition(topic, 0, 0)])
        return _until(lambda: _outcome(consumer))
    finally:
        consumer.close()


REFUSED = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}  # fmt: skip


def _outcome(consumer: Consumer) -> bool | None:
    message = consumer.poll(1.0)
    error = message.error() if message else None
    if message is None or (error is not None and error.code() not in {*REFUSED, KafkaError._PARTITION_EOF}):
        return None
    return error is None or error.code() == KafkaError._PARTITION_EOF


def _until(ask: Callable[[], bool | None]) -> bool:
    deadline = time.monotonic() + 60
    while (answer := ask()) is None:
        assert time.monotonic() < deadline, "no answer"
        time.sleep(0.05)
    return answer


def test_a_service_does_its_own_work(guarded: Guarded) -> None:
    assert _may_read(guarded, "judge", "ethogram.behaviour.observed.v1", "ethogram.judge")
    assert _may_write(guarded, "judge", "ethogram.score.updated.v1")
    assert _may_write(guarded, "judge", "ethogram.dead-letters.v1")
    assert _may_write(guarded, "player", "ethogram.training.commands.v1")
    assert _may_read(guarded, "gateway", "ethogram.verdict.issued.v1", FOLLOWERS, joins=False)


@pytest.mark.parametrize(
    ("user", "topic"),
    [("judge", "ethogram.decision.made.v1"), ("agent-runner", "ethogram.verdict.issued.v1"),
     ("player", "ethogram.session.lifecycle.v1"), ("gateway", "ethogram.turn.resolved.v1")],
)  # fmt: skip
def test_nobody_writes_what_another_tells(guarded: Guarded, user: str, topic: str) -> None:
    assert not _may_write(guarded, user, topic)


def test_nobody_reads_more_than_its_work_needs_or_in_anothers_name(guarded: Guarded) -> None:
    assert not _may_read(guarded, "agent-runner", "ethogram.verdict.issued.v1", "ethogram.agent-runner")
    assert not _may_read(guarded, "player", "ethogram.turn.resolved.v1", FOLLOWERS, joins=False)
    assert not _may_read(guarded, "judge", "ethogram.behaviour.observed.v1", "ethogram.auditor")


def test_a_wrong_password_is_no_way_in(guarded: Guarded) -> None:
    errors: list[KafkaError] = []
    producer = Producer({**guarded.reach("judge", "guessed"), "error_cb": errors.append})
    assert _until(
        lambda: any(error.code() == KafkaError._AUTHENTICATION for error in errors) or (producer.poll(1.0) and None)
    )
