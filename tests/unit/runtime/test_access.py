"""Settings that lead to brokers and database: users, files of secrets, names of instances."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ethogram.events import SettingsError
from ethogram.runtime.brokers import security
from ethogram.runtime.settings import as_environment, load


def test_without_a_protocol_nothing_is_added() -> None:
    assert security(load()) == {}


def test_a_user_and_a_certificate_reach_the_client() -> None:
    settings = load(
        kafka_security_protocol="SASL_SSL", kafka_username="judge", kafka_password="hush", kafka_ca=Path("ca.pem")
    )
    assert security(settings) == {
        "security.protocol": "sasl_ssl", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "judge",
        "sasl.password": "hush", "ssl.ca.location": "ca.pem",
    }  # fmt: skip
    assert "hush" not in repr(settings)
    assert as_environment(settings)["ETHOGRAM_KAFKA_PASSWORD"] == "hush"


def test_a_secret_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "url"
    file.write_text("postgres://u:p@h/d\n", encoding="utf-8")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    assert load().database_url == "postgresql+psycopg://u:p@h/d"
    monkeypatch.setenv("DATABASE_URL", "postgres://other/d")
    assert load().database_url == "postgresql+psycopg://other/d"


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETHOGRAM_KAFKA_PASSWORD_FILE", "/nowhere/password")
    with pytest.raises(SettingsError, match="ETHOGRAM_KAFKA_PASSWORD_FILE is /nowhere/password: No such file"):
        load()


def test_an_instance_is_a_number_a_name_or_the_name_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().instance == "0"
    assert load(instance=3).instance == "3"
    assert load(instance="hostname").instance == socket.gethostname()
    with pytest.raises(SettingsError):
        load(instance="no name")
