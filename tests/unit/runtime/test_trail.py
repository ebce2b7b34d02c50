"""The trail in git: one commit per checkpoint, which git itself verifies, and which nobody else can add to unseen."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from ethogram.audit import check, sign, trusted
from ethogram.events import AuditCheckpoint, EthogramError, SessionId
from ethogram.runtime.trail import Signed, publish

KEY = OKPKey.generate_key("Ed25519")
JWKS = {"keys": [KEY.as_dict(private=False)]}
NEEDED = pytest.mark.skipif(not (shutil.which("git") and shutil.which("ssh-keygen")), reason="needs git and ssh-keygen")


def signed(number: int) -> Signed:
    """A checkpoint of a session."""
    session = SessionId("11111111-2222-4333-8444-555555555555")
    checkpoint = AuditCheckpoint(session_id=session, size=number, heads=(), root=f"{number:064x}", closing=number > 2)
    return Signed(checkpoint, sign(checkpoint.body(), KEY), datetime(2026, 1, 1, 0, number, tzinfo=UTC))


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask git."""
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)


@NEEDED
def test_every_checkpoint_is_a_commit_that_git_verifies(tmp_path: Path) -> None:
    commits = publish(tmp_path / "trail", [signed(3), signed(1), signed(2)], KEY, JWKS)
    assert git(tmp_path / "trail", "rev-list", "--reverse", "HEAD").stdout.split() == commits
    for commit in commits:
        told = git(tmp_path / "trail", "verify-commit", commit)
        assert told.returncode == 0 and "Good" in told.stderr
    path = sorted((tmp_path / "trail" / "checkpoints").rglob("*.json"))[0]
    assert check(path.read_bytes(), path.with_suffix(".jws").read_text(), trusted(JWKS)) == KEY.thumbprint()
    assert git(tmp_path / "trail", "status", "--porcelain").stdout == ""


@NEEDED
def test_publishing_again_adds_what_is_new_and_the_same_checkpoints_give_the_same_commits(tmp_path: Path) -> None:
    first = publish(tmp_path / "one", [signed(1)], KEY, JWKS)
    second = publish(tmp_path / "one", [signed(1), signed(2)], KEY, JWKS)
    assert [*first, *second] == publish(tmp_path / "other", [signed(2), signed(1)], KEY, JWKS)
    assert publish(tmp_path / "one", [signed(1), signed(2)], KEY, JWKS) == []


@NEEDED
def test_a_commit_of_another_key_is_not_good(tmp_path: Path) -> None:
    (commit,) = publish(tmp_path / "trail", [signed(1)], OKPKey.generate_key("Ed25519"), JWKS)
    assert git(tmp_path / "trail", "verify-commit", commit).returncode != 0


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(EthogramError, match="is no git repository"):
        publish(tmp_path, [signed(1)], KEY, JWKS)
