"""The auditor's signing key, and the public keys that this installation trusts.

Below `<home>/keys`: `signing.jwk` is the private key (mode 0600, made on first use), `trusted.jwks` the public keys,
ours among them, `revoked.jwks` those that count no more, each with a reason. Only the auditor and
`audit publish` read the private key.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from ethogram.audit import Keys, sign, trusted
from ethogram.events import SettingsError
from ethogram.runtime.settings import Settings

TRUSTED, REVOKED = "trusted.jwks", "revoked.jwks"


def signer(settings: Settings) -> Callable[[bytes], str]:
    """Signs the value of a record: a detached JWS. A key is made if there is none; a new one is used at once."""
    path = _folder(settings) / "signing.jwk"
    key = signing_key(settings)
    publish(settings, key)
    known = _version(path)

    def signed(payload: bytes) -> str:
        nonlocal key, known
        if _version(path) != known:
            key, known = signing_key(settings), _version(path)
            publish(settings, key)
        return sign(payload, key)

    return signed


def signing_key(settings: Settings) -> OKPKey:
    """The private key; made once, whoever comes first. SettingsError if the file is no Ed25519 key."""
    path = _folder(settings) / "signing.jwk"
    if not path.exists():
        key = OKPKey.generate_key("Ed25519", private=True)
        _create(path, {**key.as_dict(private=True), "kid": key.thumbprint()})
    try:
        key = OKPKey.import_key(orjson.loads(path.read_bytes()))
    except (JoseError, ValueError, KeyError) as error:
        raise SettingsError("signing-key", f"{path} is no private Ed25519 key in JWK form: {error}") from None
    if key.curve_name != "Ed25519" or not key.is_private:
        raise SettingsError("signing-key", f"{path} holds a key on {key.curve_name}; expected a private Ed25519 key")
    return key


def public_keys(settings: Settings) -> dict[str, Any]:
    """The JWKS of trusted public keys; without any keys if this installation has signed nothing yet."""
    return _jwks(settings, TRUSTED)


def trusted_keys(settings: Settings) -> Keys:
    """The same, as a verification takes them."""
    return trusted(public_keys(settings))


def publish(settings: Settings, key: OKPKey) -> None:
    """Add the public half of `key` to the trusted ones, unless it was revoked."""
    trust(settings, {"keys": [key.as_dict(private=False)]})


def rotate(settings: Settings) -> str:
    """Put a new signing key in the place of the old one, whose private half is destroyed; the new kid comes back.

    What the old key signed stays trusted. The auditor takes the new key up with its next signature.
    """
    folder = _folder(settings)
    if (folder / "signing.jwk").exists():
        publish(settings, signing_key(settings))  # it may have signed without ever having been published
    key = OKPKey.generate_key("Ed25519", private=True)
    publish(settings, key)  # before it signs: no signature is ever unknown
    _replace(folder / "signing.jwk", {**key.as_dict(private=True), "kid": key.thumbprint()}, 0o600)
    return key.thumbprint()


def revoke(settings: Settings, kid: str, reason: str) -> None:
    """Trust no signature of `kid` any more, whenever it was made: there is no clock that a thief could not set."""
    known = public_keys(settings)["keys"]
    entry = next((each for each in known if each["kid"] == kid), None)
    if entry is None:
        listed = ", ".join(each["kid"] for each in known) or "none"
        raise SettingsError("key-unknown", f"no trusted key {kid}; trusted: {listed}")
    if not reason.strip():
        raise SettingsError("reason-missing", "a revocation needs a reason: --reason '...'")
    gone = _jwks(settings, REVOKED)["keys"]
    _replace(_folder(settings) / REVOKED, {"keys": [*gone, {**entry, "reason": reason}]})
    _replace(_folder(settings) / TRUSTED, {"keys": [each for each in known if each["kid"] != kid]})
    if (_folder(settings) / "signing.jwk").exists() and signing_key(settings).thumbprint() == kid:
        rotate(settings)


def trust(settings: Settings, jwks: dict[str, Any]) -> list[str]:
    """Add public keys to the trusted ones; those that were not trusted yet come back. Revoked ones stay revoked."""
    known = public_keys(settings)["keys"]
    passed_over = {each["kid"] for each in (*known, *_jwks(settings, REVOKED)["keys"])}
    entries = [
        {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "Ed25519"}
        for kid, key in trusted(jwks).items()
        if kid not in passed_over
    ]
    if entries:
        _replace(_folder(settings) / TRUSTED, {"keys": [*known, *entries]})
    return [str(entry["kid"]) for entry in entries]


def described(settings: Settings) -> list[dict[str, str]]:
    """Every known key: its kid, whether it is trusted or revoked, and why."""
    return [
        {"kid": each["kid"], "state": state, "reason": each.get("reason", "")}
        for state, name in (("trusted", TRUSTED), ("revoked", REVOKED))
        for each in _jwks(settings, name)["keys"]
    ]


def read_jwks(path: Path) -> dict[str, Any]:
    """A JWKS file, or a single JWK; SettingsError if it is neither."""
    try:
        found: Any = orjson.loads(path.read_bytes())
    except OSError as error:
        raise SettingsError("trusted-keys", f"{path}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise SettingsError("trusted-keys", f"{path} is no JWKS: {error}") from None
    if isinstance(found, dict) and "kty" in found:
        return {"keys": [found]}
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise SettingsError("trusted-keys", f"{path} is no JWKS: expected an object with `keys`")
    return found


def _jwks(settings: Settings, name: str) -> dict[str, Any]:
    path = settings.home / "keys" / name
    return read_jwks(path) if path.exists() else {"keys": []}


def _version(path: Path) -> tuple[int, int]:
    """Changes whenever the file is replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _folder(settings: Settings) -> Path:
    folder = settings.home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _create(path: Path, body: dict[str, Any]) -> None:
    """Write a private file whole or not at all; if another process was faster, its file stays."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:  # NamedTemporaryFile opens with mode 0600
        file.write(orjson.dumps(body))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(file.name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(file.name)


def _replace(path: Path, body: dict[str, Any], mode: int = 0o644) -> None:
    """Replace a file whole or not at all."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(orjson.dumps(body, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    os.chmod(file.name, mode)
    os.replace(file.name, path)
