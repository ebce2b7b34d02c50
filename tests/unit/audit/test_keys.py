"""Keys of an installation: made once, private, published, and refused when they are something else."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ethogram.audit import SignerUnknown, check
from ethogram.events import SettingsError
from ethogram.runtime.keys import (
    described,
    public_keys,
    revoke,
    rotate,
    signer,
    signing_key,
    trust,
    trusted_keys,
)
from ethogram.runtime.partition import murmur2, partition_of
from ethogram.runtime.settings import Settings


def at(home: Path) -> Settings:
    return Settings(home=home)


def test_a_key_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    first = signing_key(at(tmp_path))
    assert signing_key(at(tmp_path)).thumbprint() == first.thumbprint()
    path = tmp_path / "keys" / "signing.jwk"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["kid"] == first.thumbprint()


def test_what_is_signed_here_is_trusted_here_and_not_elsewhere(tmp_path: Path) -> None:
    signature = signer(at(tmp_path / "here"))(b"{}")
    kid = check(b"{}", signature, trusted_keys(at(tmp_path / "here")))
    assert [entry["kid"] for entry in public_keys(at(tmp_path / "here"))["keys"]] == [kid]
    signer(at(tmp_path / "there"))
    with pytest.raises(SignerUnknown):
        check(b"{}", signature, trusted_keys(at(tmp_path / "there")))


def test_the_private_half_is_never_published(tmp_path: Path) -> None:
    signer(at(tmp_path))
    assert all("d" not in entry for entry in public_keys(at(tmp_path))["keys"])
    assert '"d"' not in (tmp_path / "keys" / "trusted.jwks").read_text()


def test_a_verifier_alone_makes_no_key(tmp_path: Path) -> None:
    assert trusted_keys(at(tmp_path)) == {}
    assert not (tmp_path / "keys").exists()


def test_starting_twice_publishes_once(tmp_path: Path) -> None:
    signer(at(tmp_path))
    signer(at(tmp_path))
    assert len(public_keys(at(tmp_path))["keys"]) == 1


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = pool.map(lambda _: signing_key(at(tmp_path)).thumbprint(), range(16))
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["signing.jwk"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"kty":"oct","k":"c2VjcmV0"}', '{"kty":"OKP","crv":"Ed25519","x":"AA"}']
)
def test_a_file_that_is_no_key_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "signing.jwk").write_text(text)
    with pytest.raises(SettingsError, match=r"signing\.jwk"):
        signing_key(at(tmp_path))


def test_a_file_that_is_no_jwks_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "trusted.jwks").write_text("not json")
    with pytest.raises(SettingsError, match=r"trusted\.jwks"):
        trusted_keys(at(tmp_path))


# From Kafka's own test of its murmur2.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_keys_hash_as_in_java(text: bytes, expected: int) -> None:
    assert murmur2(text) == expected & 0xFFFFFFFF
    assert partition_of(text, 12) == (expected & 0x7FFFFFFF) % 12


def test_after_a_rotation_the_new_key_signs_at_once_and_the_old_signatures_still_count(tmp_path: Path) -> None:
    sign = signer(at(tmp_path))
    before = sign(b"{}")
    kid = rotate(at(tmp_path))
    after = sign(b"{}")
    keys = trusted_keys(at(tmp_path))
    assert check(b"{}", after, keys) == kid != check(b"{}", before, keys)
    assert stat.S_IMODE((tmp_path / "keys" / "signing.jwk").stat().st_mode) == 0o600


def test_a_revoked_key_is_trusted_no_more_and_another_one_signs(tmp_path: Path) -> None:
    sign = signer(at(tmp_path))
    before = sign(b"{}")
    kid = signing_key(at(tmp_path)).thumbprint()
    revoke(at(tmp_path), kid, "laptop stolen")
    with pytest.raises(SignerUnknown):
        check(b"{}", before, trusted_keys(at(tmp_path)))
    check(b"{}", sign(b"{}"), trusted_keys(at(tmp_path)))
    told = {each["kid"]: (each["state"], each["reason"]) for each in described(at(tmp_path))}
    assert told[kid] == ("revoked", "laptop stolen")


def test_a_revoked_key_cannot_come_back(tmp_path: Path) -> None:
    signer(at(tmp_path))
    old = public_keys(at(tmp_path))
    revoke(at(tmp_path), old["keys"][0]["kid"], "lost")
    assert trust(at(tmp_path), old) == []
    assert old["keys"][0]["kid"] not in trusted_keys(at(tmp_path))


def test_a_revocation_needs_a_known_key_and_a_reason(tmp_path: Path) -> None:
    signer(at(tmp_path))
    with pytest.raises(SettingsError, match="no trusted key"):
        revoke(at(tmp_path), "nobody", "why not")
    with pytest.raises(SettingsError, match="reason"):
        revoke(at(tmp_path), signing_key(at(tmp_path)).thumbprint(), " ")


def test_several_signers_can_be_trusted(tmp_path: Path) -> None:
    here, there = at(tmp_path / "here"), at(tmp_path / "there")
    signature = signer(there)(b"{}")
    signer(here)
    assert trust(here, public_keys(there)) == [check(b"{}", signature, trusted_keys(here))]
    assert trust(here, public_keys(there)) == []
    assert len(trusted_keys(here)) == 2
