"""The auditor's signing key, and the public keys that this installation trusts.

Below `<home>/keys`: `signing.jwk` is the private key (mode 0600, made on first use), `trusted.jwks` the public keys,
ours among them. Nothing else ever reads the private key.
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


def signer(settings: Settings) -> Callable[[bytes], str]:
    """Signs the value of a record: a detached JWS. The key is made if there is none yet."""
    key = signing_key(settings)
    publish(settings, key)
    return lambda payload: sign(payload, key)


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
    path = settings.home / "keys" / "trusted.jwks"
    if not path.exists():
        return {"keys": []}
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise SettingsError("trusted-keys", f"{path} is no JWKS: {error}") from None
    return found


def trusted_keys(settings: Settings) -> Keys:
    """The same, as a verification takes them."""
    return trusted(public_keys(settings))


def publish(settings: Settings, key: OKPKey) -> None:
    """Add the public half of `key` to the trusted ones."""
    kid = key.thumbprint()
    known = public_keys(settings)["keys"]
    if kid in trusted({"keys": known}):
        return
    entry = {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "Ed25519"}
    path = _folder(settings) / "trusted.jwks"
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(orjson.dumps({"keys": [*known, entry]}, option=orjson.OPT_INDENT_2))
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


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
