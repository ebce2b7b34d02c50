"""Bundles: verified offline by the key alone, by two verifiers; whatever is changed is found and its place named."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from ethogram.audit import (
    Attestation,
    SaltUnknown,
    attest,
    attest_bundle,
    fields_named,
    pack,
    prove_inclusion,
    trusted,
    unpack,
)
from ethogram.audit.bundle import FILES, RECORDS
from ethogram.events import Chance, VerdictIssued
from ethogram.events.envelope import Position, Raw, Record, decode, encode
from ethogram.topology import catalogue

from .second_verifier import second_opinion
from .toys import PAUSE, RESUME, SERVICES, SESSION, START, Race, audited

KEY, OTHER = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
JWKS = {"keys": [KEY.as_dict(private=False)]}
OTHERS = {"keys": [OTHER.as_dict(private=False)]}
PLAYED = Race(2).play(START, PAUSE, RESUME)


def delivered(records: list[Record]) -> list[Record]:
    """The checkpoints as they come back from the broker."""
    topic = catalogue().topics["ethogram.audit.checkpoints.v1"]
    own = [record for record in records if record.position is None]
    back = [decode(Raw(Position(topic.name, 0, i), *encode(record)), topic.types) for i, record in enumerate(own)]
    return [*(record for record in records if record.position), *back]


WHOLE = delivered(audited(PLAYED, KEY))
BUNDLE = pack(WHOLE, JWKS, "test")


def salts(record: Record) -> bytes:
    """A salt for each record."""
    return hashlib.sha256(record.id.encode()).digest()


def with_salts(records: list[Record]) -> list[Record]:
    """Records as they come from topics where the secret is at hand."""
    return [replace(record, salt=salts(record)) for record in records]


SALTED_LOG = with_salts(delivered(audited(PLAYED, KEY, salts)))
SALTED = pack(SALTED_LOG, JWKS, "test")
WITHHELD = pack(SALTED_LOG, JWKS, "test", fields_named(["reasoning", "decision.made.option", "agents"]))


def found(data: bytes, jwks: dict[str, Any] = JWKS) -> Attestation:
    """What our verifier says; the second one must say the same."""
    attestation = attest_bundle(data, trusted(jwks), SERVICES if data in (BUNDLE, SALTED) else ())
    assert second_opinion(data, jwks) == attestation.log.status
    return attestation


def repacked(change: Callable[[dict[str, bytes]], None], bundle: bytes | None = None) -> bytes:
    """The bundle after somebody changed its files and wrote a sound archive again."""
    with zipfile.ZipFile(io.BytesIO(bundle or BUNDLE)) as archive:
        files = {name: archive.read(name) for name in FILES}
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def test_a_bundle_verifies_by_the_public_key_alone_and_every_conclusion_is_derived_again() -> None:
    attestation = found(BUNDLE)
    assert attestation.verified
    assert attestation.log.size == len(PLAYED)
    assert attestation.replay and all(service.derived for service in attestation.replay.services)


def test_a_bundle_has_one_form_and_gives_its_records_back() -> None:
    opened = unpack(BUNDLE)
    assert opened.place is None and not opened.unreadable
    assert [record.id for record in opened.records] == [record.id for record in WHOLE]
    assert pack(opened.records, opened.jwks, "test") == BUNDLE


def test_without_the_key_it_is_consistent_and_its_signer_unknown() -> None:
    assert found(BUNDLE, {"keys": []}).log.summary == "consistent, signer unknown"
    assert found(BUNDLE, OTHERS).log.status == "signer-unknown"


def test_without_its_closing_head_it_is_open() -> None:
    assert found(pack(PLAYED, JWKS, "test")).log.summary == f"open, size {len(PLAYED)}"


def test_a_salted_bundle_verifies_and_is_derived_again() -> None:
    attestation = found(SALTED)
    assert attestation.verified and attestation.replay and attestation.withheld == 0
    assert pack(unpack(SALTED).records, JWKS, "test") == SALTED


def test_withheld_fields_are_nowhere_in_the_bundle_and_the_log_is_verified_all_the_same() -> None:
    attestation = found(WITHHELD)
    assert attestation.verified and attestation.replay is None and attestation.withheld > 6
    assert attestation.log.root == found(SALTED).log.root
    with zipfile.ZipFile(io.BytesIO(WITHHELD)) as archive:
        lines = [json.loads(line) for line in archive.read(RECORDS).splitlines()]
    decisions = [json.loads(line["value"]) for line in lines if line["at"][0] == "ethogram.decision.made.v1"]
    assert decisions and not any("option" in body for body in decisions)
    assert not any("salt" in line for line in lines if "withheld" in line), "it would tell the salts of all fields"
    assert pack(unpack(WITHHELD).records, JWKS, "test") == WITHHELD


def test_a_withheld_field_cannot_be_guessed_from_its_commitment() -> None:
    with zipfile.ZipFile(io.BytesIO(WITHHELD)) as archive:
        line = next(json.loads(line) for line in archive.read(RECORDS).splitlines() if b"decision.made" in line)
    guesses = {hashlib.sha256(salt + b'"C"').hexdigest() for salt in (b"", *map(bytes.fromhex, line["salts"].values()))}
    assert line["withheld"]["option"] not in guesses


def test_another_value_for_a_field_that_is_left_is_found() -> None:
    def lie(files: dict[str, bytes]) -> None:
        lines = files[RECORDS].splitlines()
        at = next(i for i, line in enumerate(lines) if b'"withheld"' in line and b"decision.made" in line)
        changed = json.loads(lines[at])
        body = {**json.loads(changed["value"]), "seat": 1 - json.loads(changed["value"])["seat"]}
        changed["value"] = json.dumps(body, sort_keys=True, separators=(",", ":"))
        lines[at] = json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()
        manifest = json.loads(files["manifest.json"])
        manifest["records"][at][2] = hashlib.sha256(lines[at]).hexdigest()
        files["manifest.json"] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
        files[RECORDS] = b"".join(line + b"\n" for line in lines)

    place = found(repacked(lie, WITHHELD)).log.place
    assert place and place.topic == "ethogram.decision.made.v1"


def test_a_record_is_proved_without_its_withheld_fields() -> None:
    opened = unpack(WITHHELD)
    hidden = next(
        record for record in opened.records if "decision" in (record.position.topic if record.position else "")
    )
    assert prove_inclusion(opened.records, hidden.id).holds(trusted(JWKS))


def test_without_the_salts_nothing_is_claimed_and_a_plain_log_withholds_nothing() -> None:
    bare = [replace(record, salt=None) for record in SALTED_LOG]
    assert attest(bare, trusted(JWKS), ()).log.status == "salts-unknown"
    with pytest.raises(SaltUnknown):
        pack(with_salts(WHOLE), JWKS, "test", fields_named(["reasoning"]))
    assert pack(with_salts(WHOLE), JWKS, "test") == BUNDLE


PLACES = int(os.environ.get("ETHOGRAM_PLACES", "60"))
"""Random places for each kind of change; docs/explanation/audit.md tells of a run with 1,000."""


@pytest.mark.parametrize("bundle", [BUNDLE, SALTED, WITHHELD], ids=["plain", "salted", "withheld"])
@pytest.mark.parametrize("kind", ["change", "delete", "insert", "swap", "truncate"])
def test_every_change_at_a_random_byte_is_found_and_its_place_named(kind: str, bundle: bytes) -> None:
    chance = Chance(7, "tamper", kind)
    for _ in range(PLACES):
        at = chance.below(len(bundle) - 1)
        data = bytearray(bundle)
        if kind == "change":
            data[at] ^= 1 << chance.below(8)
        elif kind == "delete":
            del data[at]
        elif kind == "insert":
            data.insert(at, chance.below(256))
        elif kind == "swap":
            data[at], data[at + 1] = data[at + 1], data[at]
        else:
            del data[at:]
        if data == bundle:
            continue  # two equal bytes changed places
        opened = unpack(bytes(data))
        assert opened.place is not None and opened.place.what, (kind, at)
        assert second_opinion(bytes(data), JWKS) == "tampered", (kind, at)


def test_the_line_of_a_changed_record_is_named() -> None:
    start = BUNDLE.index(WHOLE[20].id.encode(), BUNDLE.index(RECORDS.encode()))
    data = BUNDLE[:start] + b"x" + BUNDLE[start + 1 :]
    place = found(data).log.place
    assert place and place.first == 20 and place.event_id == WHOLE[20].id
    assert WHOLE[20].position and place.topic == WHOLE[20].position.topic


def forged(change: Callable[[list[Record]], list[Record]]) -> bytes:
    """A bundle that is sound in itself, over other records: only the signatures can tell."""
    return pack(change(list(WHOLE)), JWKS, "test")


@pytest.mark.parametrize("index", range(0, len(PLAYED), 3))
def test_a_record_left_out_of_a_sound_bundle_is_found_and_its_topic_named(index: int) -> None:
    log = found(forged(lambda log: [*log[:index], *log[index + 1 :]])).log
    position = WHOLE[index].position
    assert log.status == "tampered" and log.place and position
    assert log.place.topic.partition("/")[0] == position.topic


def test_another_verdict_in_a_sound_bundle_is_found() -> None:
    def acquit(log: list[Record]) -> list[Record]:
        index = next(i for i, record in enumerate(log) if isinstance(record.event, VerdictIssued))
        position = log[index].position
        assert position
        key, _, headers = encode(log[index])
        body = log[index].event.model_copy(update={"verdict": "reject"}).body()
        log[index] = decode(Raw(position, key, body, headers), catalogue().topics[position.topic].types)
        return log

    place = found(forged(acquit)).log.place
    assert place and place.topic == "ethogram.verdict.issued.v1"


def test_keys_put_in_place_of_the_signers_are_found() -> None:
    place = found(pack(WHOLE, OTHERS, "test")).log.place
    assert place and place.topic == "keys.jwks"
    signed_again = pack(delivered(audited(PLAYED, OTHER)), OTHERS, "test")
    assert found(signed_again).log.status == "signer-unknown", "the pinned key tells"


@pytest.mark.parametrize("salted", [False, True], ids=["plain", "salted"])
def test_a_history_that_was_cut_at_a_random_place_and_signed_by_another_key_is_never_verified(salted: bool) -> None:
    """The checkpoint in question is named, and whose key signed it."""
    chance = Chance(7, "substitute", str(salted))
    log = with_salts(PLAYED) if salted else PLAYED
    for _ in range(-(-PLACES // 10)):
        dropped = chance.below(len(log))
        kept = [*log[:dropped], *log[dropped + 1 :]] if chance.below(2) else log
        again = delivered(audited(kept, OTHER, salts if salted else None))
        data = pack(with_salts(again) if salted else again, OTHERS, "test")
        told = attest_bundle(data, trusted(JWKS), ()).log
        assert told.status == second_opinion(data, JWKS) != "verified", dropped
        if told.status == "signer-unknown":
            assert told.kid == OTHER.thumbprint() and told.checkpoint_id in {each.id for each in again}
        mixed = pack(with_salts(again) if salted else again, JWKS, "test")
        if told.checkpoint_id:  # the keys of those who are trusted, over signatures of somebody else
            place = attest_bundle(mixed, trusted(JWKS), ()).log.place
            assert place is not None and place.topic == "keys.jwks", dropped


def test_a_manifest_that_was_changed_is_named() -> None:
    def lie(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        manifest["records"][3][2] = "0" * 64
        files["manifest.json"] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()

    place = found(repacked(lie)).log.place
    assert place and place.first == 3


@pytest.mark.parametrize("data", [b"", b"PK", b"not a bundle", BUNDLE[:40]], ids=["empty", "short", "other", "cut"])
def test_what_is_no_bundle_is_said_to_be_none(data: bytes) -> None:
    assert not found(data).verified
    assert unpack(data).place is not None


def test_the_session_stands_in_the_manifest() -> None:
    with zipfile.ZipFile(io.BytesIO(BUNDLE)) as archive:
        assert json.loads(archive.read("manifest.json"))["session_id"] == SESSION
