"""Signatures over checkpoints: detached JWS (RFC 7797, unencoded payload) with Ed25519, the only algorithm allowed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from ethogram.events import EthogramError, Person

ALGORITHM = "Ed25519"
"""One name (RFC 9864): no header can choose another algorithm, and the older `EdDSA` is not accepted beside it."""

Keys = Mapping[str, OKPKey]
"""Public keys by their RFC 7638 thumbprint."""


class SignatureInvalid(EthogramError):
    """A signature does not belong to these bytes and a trusted key."""


class SignerUnknown(EthogramError):
    """A signature names a key that is not among the trusted ones."""

    def __init__(self, kid: str, keys: Keys) -> None:
        known = ", ".join(sorted(keys)) or "none"
        super().__init__("signer-unknown", f"key {kid} is not among the trusted keys: {known}")
        self.args = (kid, keys)
        self.kid = kid


def sign(payload: bytes, key: OKPKey) -> str:
    """Detached JWS over `payload` as it is, with the key's thumbprint as kid."""
    header = {"alg": ALGORITHM, "b64": False, "crit": ["b64"], "kid": key.thumbprint()}
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])


def check(payload: bytes, signature: str, keys: Keys) -> str:
    """The kid of the trusted key that signed `payload`; SignatureInvalid or SignerUnknown.

    The key comes from `keys` by kid alone: a key that the signature brings along (`jwk`, `jku`) is never looked at.
    """
    header = _header(signature)
    kid: str = header["kid"]
    key = keys.get(kid)
    if key is None:
        raise SignerUnknown(kid, keys)
    try:
        jws.deserialize_compact(signature, key, algorithms=[ALGORITHM], payload=payload)
    except (JoseError, ValueError) as error:
        raise SignatureInvalid("signature", f"the signature of key {kid} does not fit: {error}") from None
    return kid


def signed_by(payload: bytes, signature: str, person: Person) -> bool:
    """Whether a key of this person made the signature."""
    keys = [OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": each}) for each in (person.key, *person.further)]
    try:
        check(payload, signature, {key.thumbprint(): key for key in keys})
    except (SignatureInvalid, SignerUnknown):
        return False
    return True


def trusted(jwks: Mapping[str, Any]) -> dict[str, OKPKey]:
    """The Ed25519 public keys of a JWKS, by thumbprint (their labels are not believed)."""
    keys = [
        OKPKey.import_key({name: entry[name] for name in ("kty", "crv", "x")})
        for entry in jwks.get("keys", ())
        if entry.get("kty") == "OKP" and entry.get("crv") == "Ed25519"
    ]
    return {key.thumbprint(): key for key in keys}


def _header(signature: str) -> dict[str, Any]:
    try:
        header = jws.extract_compact(signature.encode(), b" ").headers()
    except (JoseError, ValueError) as error:
        raise SignatureInvalid("signature", f"not a JWS: {error}") from None
    expected = {"alg": ALGORITHM, "b64": False, "crit": ["b64"], "kid": header.get("kid")}
    if header != expected or not isinstance(header["kid"], str):
        shown = {**expected, "kid": "<thumbprint>"}
        raise SignatureInvalid("signature", f"expected a JWS with header {shown}, got {header}")
    _, detached, tail = signature.split(".")
    if detached or not _canonical(tail):
        raise SignatureInvalid("signature", "expected a detached JWS whose signature is in canonical base64url")
    return header


def _canonical(text: str) -> bool:
    """Whether this is the one way to write these bytes: the last character has unused bits."""
    try:
        return urlsafe_b64encode(urlsafe_b64decode(text + "==")).rstrip(b"=").decode() == text
    except ValueError:
        return False
