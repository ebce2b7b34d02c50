"""Whose command it is that comes over HTTP, and what proves it: see docs/adr/0014."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import Request

from ethogram.client import Sign
from ethogram.events import Event, Intervention
from ethogram.runtime.store.api_keys import Caller


@dataclass(frozen=True, slots=True)
class Author:
    """Who asks, and what signs for it."""

    name: str
    sign: Sign | None = None

    @classmethod
    def of(cls, caller: Caller, key: str) -> Author:
        """Whoever comes with this key: the person that it is bound to, else its owner."""
        return cls(caller.person, partial(_signed, key)) if caller.person else cls(caller.owner)

    def signs(self, command: Intervention) -> Intervention:
        """The command as this author's."""
        return command.model_copy(update={"actor": self.name})


def author_of(request: Request, named: str, signature: str | None) -> Author:
    """The author of a request: whoever signed it itself, whoever the key belongs to, or whoever it says."""
    if signature is not None:
        return Author(named, lambda command: signature)
    return getattr(request.state, "author", None) or Author(named)


def _signed(key: str, command: Event) -> str:
    from ethogram.runtime.people import (
        signature_by,  # brings cryptography along: 10 MB that a gateway at rest need not hold
    )

    return signature_by(key)(command)
