"""Signatures: detached, one algorithm, keys by thumbprint from those that are trusted and nowhere else."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from ethogram.audit import SignatureInvalid, SignerUnknown, check, sign, trusted

KEY, OTHER = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
KEYS = trusted({"keys": [KEY.as_dict(private=False)]})
PAYLOAD = b'{"root":"a.b","size":3}'
SIGNATURE = sign(PAYLOAD, KEY)


def with_header(header: dict[str, object], key: OKPKey = KEY) -> str:
    """A signature that is right for its header, whatever that says."""
    segment = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    private = key.private_key
    assert private is not None
    signed = private.sign(segment + b"." + PAYLOAD)  # type: ignore[union-attr, call-arg]
    return f"{segment.decode()}..{base64.urlsafe_b64encode(signed).rstrip(b'=').decode()}"


GOOD = {"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": KEY.thumbprint()}


def test_a_signature_says_who_signed() -> None:
    assert check(PAYLOAD, SIGNATURE, KEYS) == KEY.thumbprint()
    assert check(PAYLOAD, with_header(GOOD), KEYS) == KEY.thumbprint()
    assert SIGNATURE.split(".")[1] == "", "the payload is detached"


@settings(max_examples=200)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    for part in (PAYLOAD, SIGNATURE.encode()):
        place, flip = data.draw(st.integers(0, len(part) - 1)), data.draw(st.integers(1, 127))
        changed = bytearray(part)
        changed[place] ^= flip
        payload, signature = (bytes(changed), SIGNATURE) if part is PAYLOAD else (PAYLOAD, changed.decode("latin1"))
        with pytest.raises((SignatureInvalid, SignerUnknown)):
            check(payload, signature, KEYS)


def test_a_key_that_is_not_trusted_is_named() -> None:
    with pytest.raises(SignerUnknown) as caught:
        check(PAYLOAD, sign(PAYLOAD, OTHER), KEYS)
    assert caught.value.kid == OTHER.thumbprint()
    assert KEY.thumbprint() in str(caught.value)


@pytest.mark.parametrize(
    "header",
    [
        {**GOOD, "alg": "EdDSA"},
        {**GOOD, "alg": "none"},
        {**GOOD, "b64": True},
        {**GOOD, "crit": ["b64", "exp"], "exp": 1},
        {**GOOD, "crit": []},
        {**GOOD, "jwk": OTHER.as_dict(private=False)},
        {**GOOD, "kid": 7},
        {"alg": "Ed25519", "kid": KEY.thumbprint()},
    ],
    ids=["older-name", "none", "encoded", "critical", "not-critical", "own-key", "kid", "plain"],
)
def test_other_headers_are_refused_even_if_the_key_signed_them(header: dict[str, object]) -> None:
    with pytest.raises(SignatureInvalid):
        check(PAYLOAD, with_header(header), KEYS)


def test_a_key_that_the_signature_brings_along_is_not_believed() -> None:
    forged = with_header({**GOOD, "jwk": OTHER.as_dict(private=False)}, OTHER)
    with pytest.raises(SignatureInvalid):
        check(PAYLOAD, forged, KEYS)
    with pytest.raises(SignatureInvalid):
        check(PAYLOAD, with_header(GOOD, OTHER), KEYS)


def test_a_public_key_is_no_shared_secret() -> None:
    secret = OctKey.import_key(KEY.as_dict(private=False)["x"])
    forged = jws.serialize_compact({**GOOD, "alg": "HS256"}, PAYLOAD, secret, algorithms=["HS256"])
    with pytest.raises(SignatureInvalid):
        check(PAYLOAD, forged, KEYS)


@pytest.mark.parametrize("text", ["", "a.b.c", "..", "é..x", SIGNATURE + ".x", SIGNATURE.replace("..", ".eyJ9.")])
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(PAYLOAD, text, KEYS)


def test_labels_of_keys_are_not_believed() -> None:
    labelled = {**OTHER.as_dict(private=False), "kid": KEY.thumbprint()}
    assert set(trusted({"keys": [labelled, {"kty": "RSA"}]})) == {OTHER.thumbprint()}
