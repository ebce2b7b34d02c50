"""The Helm chart, by what it renders: chart.yaml beside this file, which helm, where it is, must render again."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.contract.services import NAMES
from tests.running import ROOT

CHART = ROOT / "infra" / "helm" / "ethogram"
RENDERED = Path(__file__).with_name("chart.yaml")
OBJECTS: list[dict[str, Any]] = [each for each in yaml.safe_load_all(RENDERED.read_text(encoding="utf-8")) if each]
WORKLOADS = [each for each in OBJECTS if each["kind"] in ("StatefulSet", "Deployment", "Job")]
SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))


def _helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    helm = shutil.which("helm")
    if helm is None:
        pytest.skip("there is no helm here; what it rendered (tests/contract/chart.yaml) is checked all the same")
    return subprocess.run([helm, *arguments], capture_output=True, text=True, check=False)


def _kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in OBJECTS if each["kind"] == kind]


def _pod(workload: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


def test_helm_finds_no_fault_and_renders_what_is_checked_here() -> None:
    linted = _helm("lint", "--strict", "--kube-version", "1.31", str(CHART))
    assert linted.returncode == 0, linted.stdout
    rendered = _helm("template", "ethogram", str(CHART), "--kube-version", "1.31")
    assert rendered.stdout == RENDERED.read_text(encoding="utf-8"), "render it anew: docs/how-to/kubernetes.md"


def test_helm_scales_by_lag_where_that_is_wished() -> None:
    done = _helm("template", "ethogram", str(CHART), "--kube-version", "1.31", "--set", "autoscaling.enabled=true")
    scaled = [each for each in yaml.safe_load_all(done.stdout) if each and each["kind"] == "ScaledObject"]
    groups = {each["spec"]["triggers"][0]["metadata"]["consumerGroup"] for each in scaled}
    assert groups == {f"ethogram.{name}" for name in VALUES["autoscaling"]["services"]}


def test_the_values_follow_their_schema_and_wrong_ones_do_not() -> None:
    check = jsonschema.Draft7Validator(SCHEMA)
    check.check_schema(SCHEMA)
    assert list(check.iter_errors(VALUES)) == []
    worker = VALUES["services"]["judge"]
    for wrong in (
        {"kafka": {"bootstrapServers": "kafka", "port": 9092}},
        {"settings": {"PATH": "/bin"}},
        {"unknown": 1},
        {"services": {**VALUES["services"], "auditor": {**worker, "replicas": 2}}},
        {"services": {**VALUES["services"], "judge": {**worker, "replicas": 13}}},
    ):
        assert list(check.iter_errors({**VALUES, **wrong})), wrong


def test_every_service_is_a_workload_with_a_budget_of_disruption() -> None:
    names = {each["metadata"]["name"] for each in WORKLOADS if each["kind"] != "Job"}
    assert names == set(NAMES) == {each["metadata"]["name"] for each in _kind("PodDisruptionBudget")}
    for budget in _kind("PodDisruptionBudget"):
        workload = next(each for each in WORKLOADS if each["metadata"]["name"] == budget["metadata"]["name"])
        assert budget["spec"]["selector"] == workload["spec"]["selector"]
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert workload["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_every_container_is_hardened_limited_and_probed() -> None:
    for workload in WORKLOADS:
        assert _pod(workload)["automountServiceAccountToken"] is False
        for container in _pod(workload)["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] and security["runAsNonRoot"], container["name"]
            assert security["capabilities"] == {"drop": ["ALL"]} and not security["allowPrivilegeEscalation"]
            assert container["resources"]["limits"]["memory"]
            if workload["kind"] != "Job":
                assert {"livenessProbe", "readinessProbe"} <= set(container), container["name"]


def test_secrets_are_files_and_consumers_keep_their_names() -> None:
    for workload in WORKLOADS:
        container = _pod(workload)["containers"][0]
        told = {each["name"]: each.get("value") for each in container["env"]}
        assert told["DATABASE_URL_FILE"] == "/run/secrets/database/url" and "DATABASE_URL" not in told
    assert {each["metadata"]["name"] for each in _kind("StatefulSet")} == set(NAMES) - {"gateway"}


def test_the_migration_runs_before_anything_is_changed() -> None:
    job = next(iter(_kind("Job")))
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"


def test_only_the_agent_runner_may_speak_with_the_world() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in _kind("NetworkPolicy")}
    assert set(policies) == {"ethogram", "ethogram-gateway", "ethogram-agent-runner-out"}
    ports = {port["port"] for rule in policies["ethogram"]["egress"] for port in rule["ports"]}
    assert ports == {53, VALUES["kafka"]["port"], VALUES["database"]["port"]}


def test_the_configuration_of_nginx_is_that_of_compose() -> None:
    mounted = next(iter(_kind("ConfigMap")))["data"]
    for name in ("nginx.conf", "gateway.conf"):
        assert mounted[name] == (ROOT / "infra" / "nginx" / name).read_text(encoding="utf-8")
