"""Writes the lock files from pyproject.toml: exact versions with the digests of their wheels, and no index address.

Run by scripts/lock. A digest is listed for every wheel that pip would choose on a supported Python on Linux, so
one lock serves them all.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from ethogram.devserver import service_locks

ROOT = Path(__file__).parents[3]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINE = "x86_64"  # faust-streaming has no wheel for Linux on arm
PLATFORMS = ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")
BUILD = ("hatchling>=1.27", "editables>=0.5")
"""What installing the checkout itself needs."""
NOT_IN_IT = ("axelrod", "mcp", "langchain", "open-spiel", "textarena", "dev")
"""Extras that the lock of the product leaves out: they have a lock of their own, or none."""

Lock = dict[tuple[str, str], set[str]]
"""`(name, version) -> digests`."""


def main() -> None:
    """Write requirements.txt, requirements-dev.txt, requirements-axelrod.txt and the part of each service's image."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    parts = [lines for name, lines in extras.items() if name not in NOT_IN_IT]
    product = _outside([*project["dependencies"], *BUILD, *(line for lines in parts for line in lines)])
    dev = _outside(extras["dev"])
    base = _locked(product)
    _write("requirements.txt", "the product with every service", base)
    _write("requirements-dev.txt", "what tests and checks need on top", _locked([*product, *dev], base))
    _write("requirements-axelrod.txt", "`adapter: axelrod`, on top", _locked([*product, *extras["axelrod"]], base))
    service_locks.main()


def _outside(wanted: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(line for line in wanted if not line.startswith("ethogram")))


def _locked(wanted: Sequence[str], base: Lock | None = None) -> Lock:
    """Resolve once here, then ask for the same versions on every supported Python."""
    constraints = [f"{name}=={version}" for name, version in base or {}]
    resolved = _pip(wanted, constraints)
    pinned = [f"{name}=={version}" for name, version, _ in resolved]
    lock: Lock = defaultdict(set)
    for name, version, digest in resolved:
        lock[name, version].add(digest)
    for python in PYTHONS:
        for name, version, digest in _pip(pinned, [], python):
            lock[name, version].add(digest)
    return {package: digests for package, digests in lock.items() if package not in (base or {})}


def _pip(wanted: Iterable[str], constraints: Iterable[str], python: str | None = None) -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "wanted.txt").write_text("\n".join(wanted), encoding="utf-8")
        (folder / "constraints.txt").write_text("\n".join(constraints), encoding="utf-8")
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed",
            "--only-binary", ":all:", "--report", str(folder / "report.json"),
            "-r", str(folder / "wanted.txt"), "-c", str(folder / "constraints.txt"),
        ]  # fmt: skip
        if python:
            platforms = [word for name in PLATFORMS for word in ("--platform", f"{name}_{MACHINE}")]
            command += ["--no-deps", "--target", scratch, "--python-version", python, *platforms]
        subprocess.run(command, check=True)
        report = json.loads((folder / "report.json").read_bytes())
    return [_entry(item) for item in report["install"]]


def _entry(item: dict[str, dict[str, object]]) -> tuple[str, str, str]:
    archive = item["download_info"]["archive_info"]
    assert isinstance(archive, dict)
    name = str(item["metadata"]["name"]).lower().replace("_", "-")
    return name, str(item["metadata"]["version"]), str(archive["hashes"]["sha256"])


def _write(file_name: str, about: str, lock: Lock) -> None:
    lines = [f"# Lock: {about}. Written by scripts/lock; do not edit."]
    for (name, version), digests in sorted(lock.items()):
        hashes = [f"--hash=sha256:{digest}" for digest in sorted(digests)]
        lines.append(" \\\n    ".join([f"{name}=={version}", *hashes]))
    (ROOT / file_name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
