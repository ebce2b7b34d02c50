"""Builds the images of all services without a Docker engine: buildah on a base that debootstrap makes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ethogram.devserver.service_locks import BUILD_LOCK, ENTRY, lock_path, service_names
from tests.running import ROOT

SUITE, PYTHON = "bookworm", "3.11"
BASE = f"localhost/ethogram-base:{SUITE}"
PACKAGES = "python3-minimal,python3-venv,ca-certificates"
PLATFORMS = ("manylinux_2_34_x86_64", "manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
UNNEEDED = ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale")


@dataclass(frozen=True)
class Workshop:
    """A folder with everything that building needs, and what was built; it may be kept from run to run."""

    folder: Path

    def buildah(self, *arguments: str, quiet: bool = True) -> str:
        """Run buildah on this workshop's own storage; its output."""
        done = subprocess.run(self.command(*arguments), cwd=ROOT, text=True, capture_output=quiet, check=False)
        if done.returncode:
            sys.exit(
                f"buildah {arguments[0]} ended with {done.returncode}:\n{(done.stdout or '')[-2000:]}{done.stderr}"
            )
        return (done.stdout or "").strip()

    def command(self, *arguments: str) -> list[str]:
        """A buildah command line."""
        storage, running = self.folder / "storage", self.folder / "run"
        return ["buildah", "--root", str(storage), "--runroot", str(running), *arguments]

    def make_base(self) -> None:
        """The base image: a minimal Debian with Python, unless it is there."""
        if self.buildah("images", "--noheading", "--filter", f"reference={BASE}", "-q"):
            return
        root = self.folder / "rootfs"
        shutil.rmtree(root, ignore_errors=True)
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root)]
        with (self.folder / "debootstrap.log").open("w") as log:
            subprocess.run(command, stdout=log, stderr=log, check=True)
        for name in UNNEEDED:
            shutil.rmtree(root / name, ignore_errors=True)
        container = self.buildah("from", "scratch")
        self.buildah("add", "-q", container, str(root), "/")
        self.buildah("commit", "-q", "--rm", container, BASE)
        shutil.rmtree(root)

    def fetch_wheels(self, locks: Sequence[Path]) -> None:
        """Every wheel of the locks, by the ordinary pip of this machine: the build itself needs no network."""
        entries = {match[1]: match[0] for lock in locks for match in ENTRY.finditer(lock.read_text(encoding="utf-8"))}
        wanted = self.folder / "wheels.txt"
        wanted.write_text("\n".join(entries.values()) + "\n", encoding="utf-8")
        platforms = [word for name in PLATFORMS for word in ("--platform", name)]
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-input", "--require-hashes", "--no-deps",
             "--only-binary", ":all:", "--python-version", PYTHON, *platforms, "-r", str(wanted),
             "-d", str(self.folder / "wheels")],
            check=True,
        )  # fmt: skip
        (self.folder / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n", encoding="utf-8")

    def build(self, folder: str) -> str:
        """The image of one service; its name."""
        name = image_of(folder)
        self.buildah(
            "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--layers",
            "--build-arg", f"BASE={BASE}", "--volume", f"{self.folder / 'wheels'}:/wheels:ro",
            "--volume", f"{self.folder / 'pip.conf'}:/etc/pip.conf:ro",
            "-f", f"services/{folder}/Dockerfile", "-t", name, ".",
        )  # fmt: skip
        return name

    def build_all(self) -> list[str]:
        """Every image, the base first; the folders of their services."""
        self.folder.mkdir(parents=True, exist_ok=True)
        folders = service_names()
        self.make_base()
        self.fetch_wheels([BUILD_LOCK, *(lock_path(folder) for folder in folders)])
        for folder in folders:
            print(f"building {self.build(folder)}", flush=True)
        return folders

    def size_mb(self, image: str) -> int:
        """What an image takes beyond its base."""
        return (self._bytes(image) - self._bytes(BASE)) // 10**6

    def _bytes(self, image: str) -> int:
        container = self.buildah("from", "--pull-never", image)
        mounted = Path(self.buildah("mount", container))
        total = sum(path.lstat().st_size for path in mounted.rglob("*") if not path.is_symlink() and path.is_file())
        self.buildah("rm", container)
        return total


def image_of(folder: str) -> str:
    """The name of a service's image."""
    return f"localhost/ethogram-{folder.replace('_', '-')}:test"
