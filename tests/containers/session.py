"""Builds every image and plays a whole session through containers, against a broker and a database on the loopback.

Called by scripts/test-containers. Ends with 1 at the first thing that does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from ethogram.devserver.folders import Folders
from ethogram.devserver.ports import free_port
from ethogram.runtime.settings import default_home
from tests.containers.backing import Backing, backing
from tests.containers.containers import PYTHON, Container
from tests.containers.images import Workshop, image_of
from tests.running import ROOT

FINISHED_WITHIN_S = 180
USER = 10001
AUDITORS_HOME = "auditor"
"""Its keys and salts, kept outside of its container, as the volume of docker-compose.yml keeps them."""
TRAINING = ROOT / "examples" / "training" / "quickstart.yaml"


def main() -> int:
    """Build, run, play, check, report."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--folder", type=Path, default=Folders.at(default_home()).cache / "containers",
                       help="where base, wheels and images are kept from run to run")  # fmt: skip
    workshop = Workshop(given.parse_args().folder)
    folders = workshop.build_all()
    with backing() as backed, running(workshop, folders, backed) as containers:
        report = play(containers["gateway"])
        check(report)
        verify(backed, workshop.folder / AUDITORS_HOME, report["session_id"])
        tell(workshop, containers, report)
        ended = {name: container.stop() for name, container in containers.items()}
        assert {code for name, code in ended.items() if name != "gateway"} == {0}, (
            f"asked to stop, they ended with {ended}"
        )
        assert ended["gateway"] in (0, 1, 143), ended  # uvicorn ends by the signal that it was sent
        written = {name: container.written_outside_home() for name, container in containers.items()}
        assert not any(written.values()), f"written outside of home and /tmp: {written}"
    print("asked to stop, every container ended, and had written nothing outside of its home")
    return 0


@contextmanager
def running(workshop: Workshop, folders: list[str], backed: Backing) -> Iterator[dict[str, Container]]:
    """A container of every service and a second inference worker, all healthy."""
    logs = workshop.folder / "logs"
    logs.mkdir(exist_ok=True)
    for log in logs.glob("*.log"):
        log.unlink()
    with ExitStack() as stack:
        containers: dict[str, Container] = {}
        names = [(folder.replace("_", "-"), "0") for folder in folders] + [("inference-worker", "1")]
        home = workshop.folder / AUDITORS_HOME
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        os.chown(home, USER, USER)
        for name, instance in names:
            kept = [f"{home}:/var/lib/ethogram:rw"] if name == "auditor" else []
            container = Container.of(
                workshop, name, image_of(name.replace("-", "_")), environment(backed, name, instance),
                f"{ROOT / 'examples'}:/agents/examples:ro", *kept,
            )  # fmt: skip
            stack.callback(container.remove)
            containers[name if instance == "0" else f"{name}-{instance}"] = container
        provisioned = containers["judge"].run(PYTHON, "-m", "ethogram.runtime.provision")
        assert provisioned.returncode == 0, provisioned.stderr
        for key, container in containers.items():
            container.start(logs / f"{key}.log")
            stack.callback(container.stop)
        for container in containers.values():
            container.wait_until_healthy()
        yield containers


def environment(backed: Backing, name: str, instance: str) -> dict[str, str]:
    """What a container is told; on this machine all share one network, so each has a port of its own."""
    port = str(free_port())
    return {
        "KAFKA_BOOTSTRAP_SERVERS": backed.kafka,
        "DATABASE_URL": backed.database,
        "ETHOGRAM_INSTANCE": instance,
        "ETHOGRAM_HEALTH_PORT": port,
        "ETHOGRAM_HEALTH_HOST": "127.0.0.1",
        **({"ETHOGRAM_API_PORT": port} if name == "gateway" else {}),
    }


def play(gateway: Container) -> dict[str, Any]:
    """Start a session over HTTP and wait for its end; its report."""
    base = f"http://127.0.0.1:{gateway.environment['ETHOGRAM_API_PORT']}"
    training = yaml.safe_load(TRAINING.read_text(encoding="utf-8"))
    request = urllib.request.Request(
        f"{base}/v1/sessions", json.dumps(training).encode(), {"Content-Type": "application/json"}
    )
    session_id = _json(request)["session_id"]
    deadline = time.monotonic() + FINISHED_WITHIN_S
    while (state := _state(f"{base}/v1/sessions/{session_id}"))["state"] not in ("completed", "failed", "rejected"):
        assert time.monotonic() < deadline, f"not finished after {FINISHED_WITHIN_S} s: {state}"
        time.sleep(0.5)
    assert state["state"] == "completed", state
    return {"session_id": session_id, **_json(f"{base}/v1/sessions/{session_id}/report")}


def check(report: dict[str, Any]) -> None:
    """The session went through every service."""
    agents = {agent["id"] for agent in yaml.safe_load(TRAINING.read_text(encoding="utf-8"))["agents"]}
    assert {verdict["agent_id"] for verdict in report["verdicts"]} == agents  # judge
    assert {score["agent_id"] for score in report["scores"]} == agents
    assert all(agent["principles"] for agent in report["agents"])  # inference worker
    assert report["audit"]["root"]  # auditor
    assert report["dead_letters"] == 0


def verify(backed: Backing, home: Path, session_id: str) -> None:
    """The topics alone prove it, outside of any container, with the auditor's keys and salts."""
    told = {
        "KAFKA_BOOTSTRAP_SERVERS": backed.kafka,
        "DATABASE_URL": backed.database,
        "ETHOGRAM_HOME": str(home),
        "PYTHONPATH": str(ROOT / "libs"),  # the code that the images were built from
    }
    done = subprocess.run(
        [sys.executable, "-m", "ethogram.cli", "replay", session_id, "--verify"], cwd=ROOT, capture_output=True,
        text=True, env={**os.environ, **told}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    print("replayed outside of the containers: identical")


def tell(workshop: Workshop, containers: dict[str, Container], report: dict[str, Any]) -> None:
    """The table that docs/how-to/containers.md shows."""
    print(f"session {report['session_id']}: {len(report['agents'])} agents judged")
    print("| container | image above base, MB | memory, MB | user |\n|---|---|---|---|")
    for key, container in containers.items():
        process = container.service()
        size = workshop.size_mb(image_of(container.name.replace("-", "_")))
        memory = process.memory_info().rss // 10**6
        assert process.uids().real == USER, f"{key} runs as {process.uids()}"
        print(f"| {key} | {size} | {memory} | {process.uids().real} |", flush=True)


def _state(url: str) -> dict[str, Any]:
    try:
        state: dict[str, Any] = _json(url)
    except urllib.error.HTTPError as error:
        assert error.code == 404, error
        return {"state": "not admitted yet"}
    return state


def _json(request: str | urllib.request.Request) -> Any:
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
