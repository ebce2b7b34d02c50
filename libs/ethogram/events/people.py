"""People: who may steer a session, and what they may."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ethogram.events.base import Value

Role = Literal["operator", "referee", "admin"]
"""operator: pause, resume, cancel, inject; referee: override; admin: all of it."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
TIME = rf"^{DAY}T{CLOCK}:[0-5]\d(\.\d{{1,6}})?(Z|[+-]{CLOCK})$"
Moment = Annotated[str, StringConstraints(pattern=TIME)]
"""A time with its zone, RFC 3339."""


PublicKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class Person(Value):
    """Somebody who may steer sessions."""

    name: Name
    """The `actor` of the commands."""
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    """What the person may."""
    key: PublicKey
    """Ed25519 public key (`x` of its JWK): the commands must be signed with it."""
    further: Annotated[tuple[PublicKey, ...], Field(max_length=20)] = ()
    """More public keys of the same person: of keys of the HTTP API that are bound to the person."""
    trainings: Annotated[tuple[str, ...], Field(min_length=1)] = ("*",)
    """Patterns of the names of trainings that the person may steer."""
    expires: Moment | None = None
    """From then on no command of the person counts; without it never."""
