"""People who may steer sessions: the roster in `<home>/people.yaml`, their keys, and signatures of commands.

A person's private key (`<home>/keys/people/<name>.jwk`, mode 0600) is made by `ethogram people add` on the machine
where the person works; only the public half stands in the roster.
"""

from __future__ import annotations

import hmac
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from ethogram.audit import sign
from ethogram.events import Event, Person, Role, SettingsError, Value
from ethogram.events.moments import moment
from ethogram.runtime.files import read_file, wrong_in
from ethogram.runtime.settings import Settings

PURPOSE = b"ethogram: commands of a person"
"""What the key pair of a key of the HTTP API is for."""
NAMES = re.compile(r"[\w.@-]{1,100}")
"""Names that may stand in a path."""


class Roster(Value):
    """The file."""

    people: tuple[Person, ...] = ()


def roster(settings: Settings) -> tuple[Person, ...]:
    """Everybody who may steer sessions, as the file says now; nobody if there is none."""
    path = _path(settings)
    people = read_file(path, Roster, "people").people
    if len({each.name for each in people}) < len(people):
        raise SettingsError("people", f"{path}: a name stands twice")
    return people


def add(
    settings: Settings, name: str, roles: Sequence[Role], trainings: Sequence[str], expires: str | None,
    key: str | None = None,
) -> Person:  # fmt: skip
    """Put a person on the roster, in place of one of the same name; without a public `key` a new pair is made here."""
    if not NAMES.fullmatch(name):
        raise SettingsError("people", f"{name!r}: a name has up to 100 letters, digits, `.`, `_`, `-` and `@`")
    try:
        told = {"name": name, "roles": roles, "trainings": trainings, "expires": expires}
        Person.model_validate({**told, "key": key or "-" * 43})  # before a key is made
        if expires:
            moment(expires)
        person = Person.model_validate({**told, "key": key or _made(settings, name)})
    except ValidationError as error:
        raise SettingsError("people", wrong_in(error)) from None
    except ValueError as error:
        raise SettingsError("people", f"expires: {error}") from None
    others = [each for each in roster(settings) if each.name != name]
    _write(settings, [*others, person])
    return person


def remove(settings: Settings, name: str) -> None:
    """Take a person off the roster; sessions that run keep who may steer them."""
    people = roster(settings)
    if name not in {each.name for each in people}:
        known = ", ".join(each.name for each in people) or "nobody"
        raise SettingsError("people", f"{name!r} is not on the roster; on it: {known}")
    _write(settings, [each for each in people if each.name != name])


def signature_of(settings: Settings, name: str) -> Callable[[Event], str] | None:
    """Signs commands as this person; none where the person's private key is not on this machine."""
    if not NAMES.fullmatch(name) or not (path := _private(settings, name)).exists():
        return None
    return _signing(OKPKey.import_key(orjson.loads(path.read_bytes())))


def bind(settings: Settings, name: str, api_key: str) -> str:
    """Let a key of the HTTP API sign as a person of the roster, in sessions that begin from now on; its public half."""
    people = roster(settings)
    person = next((each for each in people if each.name == name), None)
    if person is None:
        known = ", ".join(each.name for each in people) or "nobody"
        raise SettingsError("people", f"{name!r} is not on the roster; on it: {known}")
    public = str(_key_of(api_key).as_dict(private=False)["x"])
    bound = Person.model_validate({**person.model_dump(), "further": (*person.further, public)})
    _write(settings, [bound if each.name == name else each for each in people])
    return public


def unbind(settings: Settings, name: str, public: str) -> None:
    """Let a key of the HTTP API sign as a person no more, in sessions that begin from now on."""
    _write(settings, [
        each.model_copy(update={"further": tuple(one for one in each.further if one != public)})
        if each.name == name else each
        for each in roster(settings)
    ])  # fmt: skip


def signature_by(api_key: str) -> Callable[[Event], str]:
    """Signs commands with the key pair that a key of the HTTP API holds; nothing of it is kept anywhere."""
    return _signing(_key_of(api_key))


def _key_of(api_key: str) -> OKPKey:
    """The Ed25519 key pair of a key of the HTTP API: whoever has the key has it, and nobody else."""
    seed = hmac.digest(api_key.encode(), PURPOSE, "sha256")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    told = {name: urlsafe_b64encode(part).rstrip(b"=").decode() for name, part in (("d", seed), ("x", public))}
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", **told})


def _signing(key: OKPKey) -> Callable[[Event], str]:
    return lambda command: sign(command.TYPE.encode() + b"\n" + command.body(), key)


def _made(settings: Settings, name: str) -> str:
    key = OKPKey.generate_key("Ed25519", private=True)
    path = _private(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(orjson.dumps(key.as_dict(private=True)))
    return str(key.as_dict(private=False)["x"])


def _write(settings: Settings, people: Sequence[Person]) -> None:
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"people": [each.model_dump(mode="json", exclude_none=True) for each in people]}
    fresh = path.with_suffix(".new")
    fresh.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    fresh.replace(path)


def _path(settings: Settings) -> Path:
    return settings.home / "people.yaml"


def _private(settings: Settings, name: str) -> Path:
    return settings.home / "keys" / "people" / f"{name}.jwk"
