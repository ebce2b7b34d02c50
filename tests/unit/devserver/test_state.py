"""The state of a stack as others see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ethogram.devserver import status, up
from ethogram.devserver.doctor import doctor
from ethogram.devserver.folders import Folders
from ethogram.devserver.processes import tail
from ethogram.devserver.state import Lock, StateFile, end_leftovers, identity
from ethogram.events.errors import TransientError
from ethogram.runtime.settings import Settings, as_environment, load


def test_nobody_holds_the_lock_of_a_new_home(tmp_path: Path) -> None:
    assert Lock(Folders.at(tmp_path)).holder() is None


def test_only_one_takes_the_lock(tmp_path: Path) -> None:
    first, second = Lock(Folders.at(tmp_path)), Lock(Folders.at(tmp_path))
    assert first.take()
    assert not second.take()
    assert second.holder() == os.getpid()


def test_a_state_is_read_as_written_and_a_broken_one_is_none(tmp_path: Path) -> None:
    file = StateFile(Folders.at(tmp_path))
    assert file.read() == {}
    file.write({"state": "running"})
    assert file.read() == {"state": "running"}
    file.path.write_text("{")
    assert file.read() == {}


def test_leftovers_are_ended_but_never_a_stranger_with_the_same_id(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        state = {"services": {"judge": {"pid": process.pid, "born": (identity(process.pid) or 0) - 1}}}
        assert end_leftovers(state) == []
        assert process.poll() is None
        state["services"]["judge"]["born"] = identity(process.pid) or 0
        assert end_leftovers(state) == ["judge"]
    finally:
        process.kill()
        process.wait()


def test_status_of_a_home_without_a_stack_says_stopped_and_has_every_part(tmp_path: Path) -> None:
    known = status(Settings(home=tmp_path))
    assert known["state"] == "stopped"
    assert known["kafka"] == {"bootstrap_servers": None, "state": "stopped", "pid": None}
    assert known["api"] == {"url": None}


def test_doctor_names_what_to_do_about_missing_jars(tmp_path: Path) -> None:
    checks = {check.name: check for check in doctor(Settings(home=tmp_path))}
    assert checks["python"].ok and checks["home"].ok
    assert not checks["kafka-jars"].ok
    assert "ethogram up" in checks["kafka-jars"].fix


def test_doctor_finds_a_home_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    checks = {check.name: check for check in doctor(Settings(home=tmp_path))}
    assert not checks["home"].ok
    assert "ETHOGRAM_HOME" in checks["home"].fix


def test_a_home_that_cannot_be_made_is_refused_with_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TransientError, match=r"cannot write to .*ETHOGRAM_HOME"):
        up(Settings(home=tmp_path / "file" / "home"))


def test_a_full_disk_is_refused_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethogram.devserver.folders.LEAST_FREE_BYTES", 10**18)
    with pytest.raises(TransientError, match=r"only \d+ MB are free"):
        up(Settings(home=tmp_path))


def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethogram.devserver.folders.LONGEST_LOG_BYTES", 3)
    folders = Folders.at(tmp_path)
    folders.log("judge").write_text("long")
    assert not folders.log("judge").exists()
    assert (folders.logs / "judge.log.1").read_text() == "long"


def test_the_end_of_a_log_says_where_the_rest_is(tmp_path: Path) -> None:
    log = tmp_path / "judge.log"
    log.write_text("one\ntwo\nthree\n")
    assert tail(log, lines=2) == f"(from {log})\n  two\n  three"
    assert tail(tmp_path / "none.log") == f"(no log at {tmp_path / 'none.log'})"


def test_settings_reach_another_process_as_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = Settings(home=tmp_path, agents_allow=("a.*", "b.*"), agents_path=(tmp_path, Path("/x")), api_port=0)
    for name, value in as_environment(given).items():
        monkeypatch.setenv(name, value)
    assert load() == given
