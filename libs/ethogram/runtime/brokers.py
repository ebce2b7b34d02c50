"""How every Kafka client gets to the brokers: where they are and, in production, TLS and a user."""

from __future__ import annotations

from functools import cache
from typing import Any

from ethogram.runtime.settings import Settings, load


def reach(bootstrap_servers: str) -> dict[str, Any]:
    """What librdkafka wants to know."""
    return {"bootstrap.servers": bootstrap_servers, **security(_settings())}


def security(settings: Settings) -> dict[str, Any]:
    """The part of it that settings say; nothing where no protocol is set."""
    protocol = settings.kafka_security_protocol
    if protocol == "PLAINTEXT":
        return {}
    found: dict[str, Any] = {"security.protocol": protocol.lower()}
    if protocol.startswith("SASL"):
        found |= {
            "sasl.mechanism": settings.kafka_sasl_mechanism,
            "sasl.username": settings.kafka_username,
            "sasl.password": settings.kafka_password.get_secret_value(),
        }
    if settings.kafka_ca is not None and protocol.endswith("SSL"):
        found["ssl.ca.location"] = str(settings.kafka_ca)
    return found


@cache
def _settings() -> Settings:
    return load()
