"""Golden recordings: what a release recorded verifies for ever, with the keys of that release alone.

A session is pinned to digests of constitution, dictionary and templates. Where this release has other ones, the log
must still verify, and the services that read none of what changed must still derive every byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ethogram.audit import attest_bundle, trusted, unpack
from ethogram.cli.replaying import services
from ethogram.council import constitution_digest
from ethogram.events import SessionAdmitted
from ethogram.games import scenario_templates_digest
from ethogram.principles import dictionary_digest
from ethogram.topology import Service
from tests.unit.audit.second_verifier import second_opinion

HISTORIES = Path(__file__).parent / "histories"
BUNDLES = sorted(HISTORIES.glob("*.zip"))


def of_release(bundle: Path) -> dict[str, Any]:
    """The public keys of the release that recorded a bundle; the name begins with it."""
    found: dict[str, Any] = orjson.loads((HISTORIES / f"{bundle.name.partition('-')[0]}.jwks").read_bytes())
    return found


def unchanged(bundle: Path) -> list[Service[Any]]:
    """Services whose rules are those that the session is pinned to."""
    admitted = next(record.event for record in unpack(bundle.read_bytes()).records
                    if isinstance(record.event, SessionAdmitted))  # fmt: skip
    other = set()
    if admitted.versions.constitution != constitution_digest():
        other |= {"judge", "scenario-generator"}  # the director pins it in the session's first event
    if admitted.versions.dictionary != dictionary_digest():
        other |= {"inference-worker", "scenario-generator"}
    if admitted.versions.templates != scenario_templates_digest():
        other |= {"scenario-generator"}
    return [service for service in services() if service.name not in other]


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.stem)
def test_a_recording_verifies_and_is_derived_again(bundle: Path) -> None:
    data, jwks = bundle.read_bytes(), of_release(bundle)
    found = attest_bundle(data, trusted(jwks), unchanged(bundle))
    assert found.log.status == second_opinion(data, jwks) == "verified"
    assert found.replay and found.replay.first is None


def test_there_are_recordings() -> None:
    assert BUNDLES
