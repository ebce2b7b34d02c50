"""The roster: public keys only, private ones for their owner alone; a command is signed where its person's key is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ethogram.audit import signed_by
from ethogram.events import PauseSession, SettingsError
from ethogram.runtime.people import add, remove, roster, signature_of
from ethogram.runtime.settings import Settings
from tests.unit.games.stage import SESSION

PAUSE = PauseSession(session_id=SESSION, command_id="c", actor="ann")


def test_who_is_added_can_sign_here_and_the_private_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert roster(settings) == () and signature_of(settings, "ann") is None
    ann = add(settings, "ann", ["operator"], ["*"], None)
    assert roster(settings) == (ann,)
    (private,) = (tmp_path / "keys" / "people").iterdir()
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert "\nd" not in (tmp_path / "people.yaml").read_text() and ann.key in (tmp_path / "people.yaml").read_text()
    sign = signature_of(settings, "ann")
    assert sign is not None
    payload = PAUSE.TYPE.encode() + b"\n" + PAUSE.body()
    assert signed_by(payload, sign(PAUSE), ann) and not signed_by(payload + b" ", sign(PAUSE), ann)


def test_a_key_that_was_made_elsewhere_signs_elsewhere(tmp_path: Path) -> None:
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    made = add(there, "ben", ["referee"], ["lab-*"], "2027-01-01T00:00:00Z")
    known = add(here, "ben", ["referee"], ["lab-*"], "2027-01-01T00:00:00Z", made.key)
    assert known == made and signature_of(here, "ben") is None
    remove(here, "ben")
    assert roster(here) == ()


@pytest.mark.parametrize(("name", "roles", "expires", "words"), [
    ("../ann", ["operator"], None, "a name has up to 100 letters"),
    ("ann", ["king"], None, "'operator', 'referee' or 'admin'"),
    ("ann", ["operator"], "2027-02-30T00:00:00Z", "expected RFC 3339"),
])  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_kept(
    tmp_path: Path, name: str, roles: list[str], expires: str | None, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        add(Settings(home=tmp_path), name, roles, ["*"], expires)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_whoever_is_not_on_the_roster_cannot_be_removed(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="on it: nobody"):
        remove(Settings(home=tmp_path), "ann")
