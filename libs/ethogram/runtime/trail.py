"""The trail: checkpoints in a git repository, one signed commit each, for keeping where nobody of ours can reach.

A commit is signed as by ssh (`gpg.format=ssh`), with the key that signs checkpoints, so `git verify-commit` checks it
with the repository's own `allowed_signers`. It derives from its checkpoint alone: the same ones give the same commits.
"""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from ethogram.events import AuditCheckpoint, EthogramError

AUTHOR = "Ethogram auditor <auditor@ethogram.invalid>"
PRINCIPAL = "auditor@ethogram.invalid"
SIGNERS, KEYS, FOLDER = "allowed_signers", "keys.jwks", "checkpoints"
BRANCH = "refs/heads/main"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint with its signature, as PostgreSQL keeps it."""

    checkpoint: AuditCheckpoint
    signature: str
    at: datetime

    @property
    def path(self) -> str:
        """Where it stands in the repository, without an ending."""
        return f"{FOLDER}/{self.checkpoint.session_id}/{self.checkpoint.size:09d}"

    @property
    def message(self) -> str:
        """What its commit says."""
        kind = "Closing checkpoint" if self.checkpoint.closing else "Checkpoint"
        subject = f"{kind} of session {self.checkpoint.session_id}: {self.checkpoint.size} records"
        return f"{subject}\n\nRoot: {self.checkpoint.root}\nCheckpoint: {self.checkpoint.id}\n"


def publish(folder: Path, signed: Sequence[Signed], key: OKPKey, jwks: dict[str, Any]) -> list[str]:
    """Commit the checkpoints that the repository does not hold yet; the new commits. EthogramError if git fails."""
    repository = _Repository(folder)
    repository.open()
    known, commits = repository.files(), []
    for each in sorted(signed, key=lambda each: (each.at, each.checkpoint.id)):
        if f"{each.path}.json" in known:
            continue
        repository.put(f"{each.path}.json", each.checkpoint.body())
        repository.put(f"{each.path}.jws", each.signature.encode())
        repository.put(KEYS, orjson.dumps(jwks, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))
        repository.put(SIGNERS, _allowed(jwks))
        commits.append(repository.commit(each, key))
    repository.show()
    return commits


class _Repository:
    """A git repository, written through its plumbing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        """Make it, unless there is one."""
        if (self._folder / ".git").exists():
            return
        if self._folder.exists() and any(self._folder.iterdir()):
            raise EthogramError("no-repository", f"{self._folder} holds other things and is no git repository")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._git("init", "-q", "-b", "main")
        self._git("config", "gpg.format", "ssh")
        self._git("config", "gpg.ssh.allowedSignersFile", SIGNERS)

    def files(self) -> set[str]:
        """What its last commit holds."""
        return set(self._git("ls-tree", "-r", "--name-only", "HEAD").splitlines()) if self._head() else set()

    def put(self, path: str, content: bytes) -> None:
        """Stage a file."""
        blob = self._git("hash-object", "-w", "--stdin", given=content)
        self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")

    def commit(self, signed: Signed, key: OKPKey) -> str:
        """Commit what is staged, signed."""
        head, when = self._head(), f"{int(signed.at.timestamp())} +0000"
        parent = f"parent {head}\n" if head else ""
        tree = self._git("write-tree")
        top = f"tree {tree}\n{parent}author {AUTHOR} {when}\ncommitter {AUTHOR} {when}\n"
        signature = _ssh_signature(f"{top}\n{signed.message}".encode(), key).replace("\n", "\n ")
        text = f"{top}gpgsig {signature}\n\n{signed.message}"
        made = self._git("hash-object", "-t", "commit", "-w", "--stdin", given=text.encode())
        self._git("update-ref", BRANCH, made)
        return made

    def show(self) -> None:
        """Put the files into the folder."""
        self._git("checkout-index", "-a", "-f")

    def _head(self) -> str:
        found = self._run("rev-parse", "-q", "--verify", BRANCH)
        return found.stdout.decode().strip() if found.returncode == 0 else ""

    def _git(self, *arguments: str, given: bytes = b"") -> str:
        done = self._run(*arguments, given=given)
        if done.returncode:
            raise EthogramError("git-failed", f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode().strip()

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        try:
            return subprocess.run(
                ["git", "-C", str(self._folder), *arguments], input=given, capture_output=True, check=False,
                env=environment,
            )  # fmt: skip
        except FileNotFoundError:
            raise EthogramError("git-missing", "git is not installed") from None


def _allowed(jwks: dict[str, Any]) -> bytes:
    keys = [OKPKey.import_key(entry) for entry in jwks["keys"]]
    lines = [f"{PRINCIPAL} ssh-ed25519 {b64encode(_public(key)).decode()} {key.thumbprint()}\n" for key in keys]
    return "".join(lines).encode()


def _ssh_signature(message: bytes, key: OKPKey) -> str:
    """The SSHSIG of `message` in git's namespace, armoured."""
    private: Any = key.private_key
    assert isinstance(private, Ed25519PrivateKey)
    about = _string(b"git") + _string(b"") + _string(b"sha512")
    signature = private.sign(b"SSHSIG" + about + _string(hashlib.sha512(message).digest()))
    blob = b"SSHSIG" + struct.pack(">I", 1) + _string(_public(key)) + about
    blob += _string(_string(b"ssh-ed25519") + _string(signature))
    lines = wrap(b64encode(blob).decode(), 70)
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])


def _public(key: OKPKey) -> bytes:
    public: Any = key.public_key
    return _string(b"ssh-ed25519") + _string(public.public_bytes_raw())


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
