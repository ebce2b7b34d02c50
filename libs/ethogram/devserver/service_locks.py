"""The lock of each service's image: what the service needs out of requirements.txt, same versions, same digests.

Run by scripts/lock. Nothing is resolved anew: the packages that are installed here say what they need.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EVERY_IMAGE = ("tracing",)
"""Extras that every image has."""
BUILD = ("hatchling", "editables")
BUILD_LOCK = ROOT / "infra" / "docker" / "build-requirements.txt"
ENTRY = re.compile(r"^([a-z0-9.-]+)==\S+(?: \\\n    --hash=sha256:[0-9a-f]{64})+$", re.MULTILINE)


def service_names() -> list[str]:
    """Folders of services that run as a process."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/__main__.py"))


def lock_path(folder: str) -> Path:
    """Where the lock of a service's image stands."""
    return ROOT / "services" / folder / "requirements.txt"


def service_lock(folder: str) -> str:
    """The text of the lock of one service's image."""
    name = folder.replace("_", "-")
    return _locked(wanted_by(name), f"the image of {name}")


def build_lock() -> str:
    """The text of the lock of what builds the wheel inside an image."""
    return _locked(BUILD, "what builds the package for the images")


def wanted_by(name: str) -> list[str]:
    """What pyproject.toml asks for on behalf of a service."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *extras[name], *(line for extra in EVERY_IMAGE for line in extras[extra])]


def needed(wanted: Iterable[str]) -> set[str]:
    """Names of the packages that `wanted` needs, itself included, on any supported Python on Linux."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(line) for line in wanted]
    while waiting:
        requirement = waiting.pop()
        entry = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if entry not in found:
            found.add(entry)
            waiting.extend(_required_by(requirement))
    return {name for name, _ in found}


def main() -> None:
    """Write the lock of every image."""
    for folder in service_names():
        lock_path(folder).write_text(service_lock(folder), encoding="utf-8")
    BUILD_LOCK.write_text(build_lock(), encoding="utf-8")


def _required_by(requirement: Requirement) -> Iterator[Requirement]:
    for line in requires(requirement.name) or ():
        wanted = Requirement(line)
        if any(_applies(wanted, python, extra) for python in PYTHONS for extra in (*requirement.extras, "")):
            yield wanted


def _applies(wanted: Requirement, python: str, extra: str) -> bool:
    place = {
        "python_version": python, "python_full_version": f"{python}.0", "extra": extra, "sys_platform": "linux",
        "platform_system": "Linux", "os_name": "posix", "implementation_name": "cpython", "platform_machine": "x86_64",
    }  # fmt: skip
    return wanted.marker is None or wanted.marker.evaluate(place)


def _locked(wanted: Iterable[str], about: str) -> str:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    entries = {match[1]: match[0] for match in ENTRY.finditer(text)}
    names = sorted(needed(wanted) & set(entries))
    lines = [f"# Lock: {about}, a part of /requirements.txt. Written by scripts/lock; do not edit."]
    return "\n".join([*lines, *(entries[name] for name in names)]) + "\n"


if __name__ == "__main__":
    main()
