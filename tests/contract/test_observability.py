"""Dashboard, alerts and runbook speak of metrics and alerts that there are; promtool has the last word where it is."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import Metric

import ethogram.objectives.conditions
import ethogram.runtime.observing
import ethogram.runtime.telemetry
from ethogram.objectives import OBJECTIVES
from ethogram.objectives.conditions import BURNS
from ethogram.services.gateway.guards import Counted
from tests.running import ROOT

INFRA = ROOT / "infra"
RULES = sorted((INFRA / "prometheus" / "rules").glob("*.yml"))
DASHBOARD = json.loads((INFRA / "grafana" / "dashboards" / "ethogram.json").read_text(encoding="utf-8"))
FROM_ELSEWHERE = {"ethogram_sessions_by_state", "ethogram_dependency_ready"}
"""Made when Prometheus asks: services/gateway/gauges.py."""
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
NAMED = re.compile(r"\bethogram_[a-z_]+")
WANTED = {
    "inference latency": "ethogram_decide_seconds",
    "entropy distribution": "ethogram_behaviour_entropy_bits",
    "principle discovery rate": "ethogram_principles_discovered",
    "scenario generation time": "ethogram_decide_seconds",
    "concurrent sessions": "ethogram_sessions_by_state",
    "error rate": "ethogram_http_requests",
    "cache hit rate": "ethogram_model_cache",
    "database query time": "ethogram_database_seconds",
    "API response time": "ethogram_http_answer_seconds",
    "health per component": "ethogram_component_ready",
    "memory": "process_resident_memory_bytes",
}
OWN_ALERTS = set(re.findall(r'"([A-Z][a-z]+[A-Z]\w+)"', inspect.getsource(ethogram.objectives.conditions)))
"""What the gateway itself tells of, with or without Prometheus."""


def _families() -> list[Metric]:
    gateway = CollectorRegistry()
    Counted(gateway)
    return [family for registry in (REGISTRY, gateway) for family in registry.collect()]


def _series() -> set[str]:
    """Every name that a query may use."""
    ours = [family for family in _families() if family.name.startswith("ethogram_")]
    return FROM_ELSEWHERE | {family.name + suffix for family in ours for suffix in SUFFIXES[family.type]}


def _alerts() -> list[dict[str, Any]]:
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def _queries() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    rules = [path.read_text(encoding="utf-8") for path in RULES]
    return [*panels, *rules]


def test_every_metric_that_a_query_names_exists() -> None:
    named = {name for query in _queries() for name in NAMED.findall(query)}
    assert named and named - _series() == set()


def test_every_metric_is_on_the_dashboard_and_says_what_it_means() -> None:
    shown = " ".join(_queries())
    ours = [family for family in _families() if family.name.startswith("ethogram_")]
    assert [family.name for family in ours if family.name not in shown] == []
    assert [family.name for family in ours if len(family.documentation) < 10] == []


@pytest.mark.parametrize(("what", "metric"), WANTED.items())
def test_what_was_asked_for_is_measured(what: str, metric: str) -> None:
    known = {family.name for family in _families()} | FROM_ELSEWHERE
    assert metric in known, what


def test_names_have_base_units_and_no_id_is_a_label() -> None:
    for family in _families():
        if not family.name.startswith("ethogram_"):
            continue
        assert not re.search(r"_(ms|millis|minutes|kb|mb|percent)\b", family.name), family.name
        labels = {label for sample in family.samples for label in sample.labels}
        assert not {label for label in labels if label.endswith("_id") or label in ("session", "agent")}, family.name


def test_every_alert_has_a_severity_a_cooldown_and_its_part_of_the_runbook() -> None:
    runbook = (ROOT / "docs" / "how-to" / "runbook.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE))
    alerts = _alerts()
    assert {alert["alert"] for alert in alerts} | OWN_ALERTS == headings
    for alert in alerts:
        assert alert["labels"]["severity"] in ("page", "ticket") and alert["keep_firing_for"], alert["alert"]
        assert alert["annotations"]["runbook"] == f"docs/how-to/runbook.md#{alert['alert'].lower()}"


def test_panels_lie_beside_each_other_and_ask_the_data_source_that_is_provisioned() -> None:
    path = INFRA / "grafana" / "provisioning" / "datasources" / "prometheus.yml"
    known = {source["uid"] for source in yaml.safe_load(path.read_text(encoding="utf-8"))["datasources"]}
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["datasource"]["uid"] in known


def test_promtool_accepts_rules_and_their_tests(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool here. Debian and Ubuntu: apt-get install prometheus")
    folder = tmp_path / "prometheus"
    shutil.copytree(INFRA / "prometheus", folder)
    text = (folder / "prometheus.yml").read_text(encoding="utf-8").replace("/etc/prometheus", str(folder))
    (folder / "prometheus.yml").write_text(text, encoding="utf-8")
    for command in (["check", "config", "prometheus.yml"], ["test", "rules", "rules.test.yml"]):
        done = subprocess.run([promtool, *command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_gateway_and_prometheus_promise_the_same() -> None:
    """Objectives, budgets and burn rates stand in objectives/ and in infra/prometheus: neither may drift."""
    groups = {
        group["name"]: group["rules"] for group in yaml.safe_load((RULES[-1]).read_text(encoding="utf-8"))["groups"]
    }
    budgets = {rule["labels"]["slo"]: float(rule["expr"][len("vector(") : -1]) for rule in groups["slo-budgets"]}
    assert budgets == {each.name: pytest.approx(each.budget) for each in OBJECTIVES}
    for each in OBJECTIVES:
        ratio = next(rule["expr"] for rule in groups["slo-ratios"] if rule["labels"]["slo"] == each.name)
        assert each.within_s is None or f'le="{each.within_s}"' in ratio
    for name, severity, long, short, times in BURNS:
        rule = next(rule for rule in groups["slo-alerts"] if rule["alert"] == name)
        assert rule["labels"]["severity"] == severity
        assert f"ratio{long} " in rule["expr"] and f"ratio{short} " in rule["expr"]
        assert times == 1 or f"{times:g} * slo:budget" in rule["expr"]
