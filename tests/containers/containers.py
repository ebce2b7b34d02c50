"""One container of one service, run by `buildah run --isolation chroot` with its health check."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.containers.images import Workshop

READY_WITHIN_S = 90
PYTHON = "/opt/ethogram/bin/python"
HOME = Path("var/lib/ethogram")
ENGINES = (Path("etc/hosts"), Path("etc/resolv.conf"), Path("etc/hostname"))
"""What the engine itself puts into every container."""


@dataclass
class Container:
    """A container and, while it runs, its process."""

    workshop: Workshop
    name: str
    id: str
    environment: Mapping[str, str]
    volumes: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of(cls, workshop: Workshop, name: str, image: str, environment: Mapping[str, str], *volumes: str) -> Container:
        """A fresh container of an image."""
        return cls(workshop, name, workshop.buildah("from", "--pull-never", image), environment, volumes)

    def command(self, *command: str) -> list[str]:
        """The command line that runs `command` in it, as its own user and with its own environment."""
        given = [word for name, value in self.environment.items() for word in ("--env", f"{name}={value}")]
        mounted = [word for volume in self.volumes for word in ("--volume", volume)]
        return self.workshop.command("run", "--isolation", "chroot", *given, *mounted, self.id, "--", *command)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run something in it to its end."""
        return subprocess.run(self.command(*command), capture_output=True, text=True, timeout=180, check=False)

    def start(self, log: Path) -> None:
        """Start its service; what it says goes to `log`."""
        with log.open("ab") as out:
            module = f"ethogram.services.{self.name.replace('-', '_')}"
            self.process = subprocess.Popen(
                self.command(PYTHON, "-m", module), stdout=out, stderr=out, start_new_session=True
            )

    def wait_until_healthy(self) -> None:
        """Until its health check says so; AssertionError with the reason if that takes too long."""
        deadline = time.monotonic() + READY_WITHIN_S
        while (checked := self.run("/opt/ethogram/bin/healthy")).returncode:
            assert self.process is not None and self.process.poll() is None, f"{self.name} ended"
            assert time.monotonic() < deadline, f"{self.name} is not healthy: {checked.stdout} {checked.stderr}"
            time.sleep(0.3)

    def service(self) -> psutil.Process:
        """The process of the service itself, below those of buildah."""
        assert self.process is not None
        below = psutil.Process(self.process.pid).children(recursive=True)
        return next(each for each in below if each.cmdline()[:1] == [PYTHON])

    def stop(self) -> int | None:
        """Ask the service to end; its exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.service().terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def written_outside_home(self) -> list[str]:
        """Files that are not those of the image, apart from its home and /tmp: a read-only root would have refused."""
        image = self.workshop.buildah("inspect", "--format", "{{.FromImage}}", self.id)
        fresh = self.workshop.buildah("from", "--pull-never", image)
        mounted = [Path(self.workshop.buildah("mount", each)) for each in (self.id, fresh)]
        found = sorted(str(path) for path in _files(mounted[0]) - _files(mounted[1]))
        self.workshop.buildah("rm", fresh)
        return found

    def remove(self) -> None:
        """Nothing is left of it."""
        self.workshop.buildah("rm", self.id)


def _files(root: Path) -> set[Path]:
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path for path in found
        if HOME not in path.parents and path.parts[0] not in ("tmp", "run", "proc", "sys") and path not in ENGINES
    }  # fmt: skip
