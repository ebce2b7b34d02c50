"""docker-compose.yml: valid, complete, and as safe as it says."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import jsonschema
import pytest
import yaml

from tests.contract.services import NAMES
from tests.running import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = {name: service for name, service in SERVICES.items() if service.get("restart") != "no"}
PROFILES = {"core", "ui", "observability", "tools"}


def test_it_is_valid_by_the_compose_specification() -> None:
    path = ROOT / "tests" / "contract" / "vendor" / "compose-spec.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(COMPOSE)


def test_a_real_client_reads_it() -> None:
    client = _client()
    if client is None:
        pytest.skip("no Compose client here (docker compose or docker-compose version 2)")
    done = subprocess.run(
        [*client, "--profile", "core", "--profile", "tools", "config", "--format", "json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(NAMES) | {"kafka", "postgres", "nginx"} <= set(json.loads(done.stdout)["services"])


def test_every_service_has_its_image_from_its_dockerfile() -> None:
    for name in NAMES:
        assert SERVICES[name]["build"] == {
            "context": ".",
            "dockerfile": f"services/{name.replace('-', '_')}/Dockerfile",
        }
        assert SERVICES[name]["image"].startswith(f"ethogram-{name}:")


def test_nothing_stands_in_the_way_of_scaling_a_service_out() -> None:
    for name in set(NAMES) - {"gateway", "auditor"}:
        assert not {"container_name", "ports", "hostname"} & set(SERVICES[name])
    assert not any("container_name" in service for service in SERVICES.values())
    assert "version" not in COMPOSE


def test_whatever_lasts_has_a_health_check_and_limits() -> None:
    for name, service in LASTING.items():
        assert "test" in service["healthcheck"], name
        assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"]), name
    assert set(SERVICES) - set(LASTING) == {"migrate", "kafka-tools", "backup"}


def test_services_wait_for_the_migration_and_for_what_they_need_to_be_healthy() -> None:
    for name in NAMES:
        conditions = {needed: how["condition"] for needed, how in SERVICES[name]["depends_on"].items()}
        assert conditions["migrate"] == "service_completed_successfully", name
        assert conditions["kafka"] == conditions["postgres"] == "service_healthy", name


def test_every_service_belongs_to_a_profile_and_the_usual_ones_start_by_themselves() -> None:
    assert {profile for service in SERVICES.values() for profile in service["profiles"]} == PROFILES
    started = (ROOT / ".env").read_text(encoding="utf-8").rpartition("COMPOSE_PROFILES=")[2].strip().split(",")
    assert set(started) == PROFILES - {"tools"}


def test_ours_run_hardened_and_secrets_come_as_files() -> None:
    for name in NAMES:
        service = SERVICES[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["security_opt"], name
        assert "DATABASE_URL" not in service["environment"] and service["secrets"][0] == "database_url", name
    assert all(list(secret) == ["file"] for secret in COMPOSE["secrets"].values())


def test_the_gateway_knows_the_kafka_ui_and_asks_the_database_as_who_only_reads() -> None:
    told = SERVICES["gateway"]["environment"]
    assert told["ETHOGRAM_KAFKA_UI_URL"].endswith("-http://127.0.0.1:8080}")
    assert (
        told["ETHOGRAM_EXPLORER_URL_FILE"]
        == "/run/secrets/explorer_url"
        in {f"/run/secrets/{name}" for name in SERVICES["gateway"]["secrets"]}
    )
    assert "explorer_password" in SERVICES["postgres"]["secrets"]
    made = (ROOT / "infra" / "compose" / "explorer.sh").read_text(encoding="utf-8")
    assert "/run/secrets/explorer_password" in made and "default_transaction_read_only = on" in made


def test_every_secret_is_made() -> None:
    made = (ROOT / "infra" / "compose" / "make-secrets").read_text(encoding="utf-8")
    assert all(f"\nsecret {name} " in made for name in COMPOSE["secrets"])


def test_ports_are_published_on_the_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == 6 and all(port.startswith("127.0.0.1:") for port in ports)


def test_the_files_that_it_mounts_are_there() -> None:
    mounted = [volume for service in SERVICES.values() for volume in service.get("volumes", ())]
    local = [volume.partition(":")[0] for volume in mounted if volume.startswith(".")]
    assert local and all((ROOT / path).exists() for path in local)


def test_kafka_and_its_page_are_as_announced() -> None:
    assert SERVICES["kafka"]["image"] == "apache/kafka:4.3.1"
    assert SERVICES["kafka-ui"]["image"] == "ghcr.io/kafbat/kafka-ui:v1.5.0"
    told = SERVICES["kafka-ui"]["environment"]
    assert told["KAFKA_CLUSTERS_0_NAME"] == "ethogram"
    assert told["KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS"] == SERVICES["judge"]["environment"]["KAFKA_BOOTSTRAP_SERVERS"]
    needed = {"PROCESS_ROLES", "NODE_ID", "LISTENERS", "ADVERTISED_LISTENERS", "CONTROLLER_LISTENER_NAMES",
              "LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER_QUORUM_VOTERS", "OFFSETS_TOPIC_REPLICATION_FACTOR",
              "TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "TRANSACTION_STATE_LOG_MIN_ISR",
              "GROUP_INITIAL_REBALANCE_DELAY_MS", "LOG_DIRS", "AUTO_CREATE_TOPICS_ENABLE"}  # fmt: skip
    assert {f"KAFKA_{name}" for name in needed} <= set(SERVICES["kafka"]["environment"])


def _client() -> list[str] | None:
    for client in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(client[0]):
            said = subprocess.run([*client, "version", "--short"], capture_output=True, text=True, check=False)
            if said.returncode == 0 and said.stdout.lstrip("v").startswith(("2", "3", "4", "5")):
                return client
    return None
