"""What a configuration may reach: base URLs and keys that the operator has allowed, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from ethogram.events import EthogramError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
PORTS = {"http": 80, "https": 443}


class NotAllowed(EthogramError):
    """An event asked for something that the operator has not allowed; nothing was called."""


def timeout_problem(given: object) -> str | None:
    """What is wrong with a time-out in seconds, in words; none if it is good."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0.1 <= given <= 600:
        return f"is {given!r}; expected a number from 0.1 to 600"
    return None


def url_problem(url: object) -> str | None:
    """What is wrong with the form of a URL."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return f"{url!r} is no URL; expected e.g. 'http://127.0.0.1:8080/v1'"
    try:
        parts = urlsplit(url)
        unfit = parts.port == 0 or not parts.hostname
    except ValueError as error:
        return f"{url!r} is no URL: {error}"
    if unfit or parts.scheme not in PORTS:
        return f"{url!r} is no URL of http or https with a host"
    if parts.username is not None or parts.query or parts.fragment or ".." in parts.path or "%" in url:
        return f"{url!r} must be scheme, host, port and path alone"
    return None


def origin(url: str) -> str:
    """Scheme, host and port of a URL whose form is right."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


def check_url(url: str, allowed: Sequence[str]) -> None:
    """NotAllowed unless the URL is on this machine, or of an origin that the operator has named."""
    problem = url_problem(url)
    if problem:
        raise NotAllowed("url-invalid", problem)
    if urlsplit(url).hostname in LOOPBACK or origin(url) in {origin(one) for one in allowed if not url_problem(one)}:
        return
    names = ", ".join(allowed) or "none but this machine"
    raise NotAllowed("url-not-allowed", f"{origin(url)} is not allowed; ETHOGRAM_MODELS_URLS allows: {names}")


def secret(name: str, url: str, granted: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The key called `name`, if the operator has granted it (`NAME@origin`) to where it would be sent.

    It is read from the variable, or from the file that `<NAME>_FILE` names.
    """
    grants = [tuple(grant.partition("@")[::2]) for grant in granted]
    if not any(key == name and not url_problem(to) and origin(to) == origin(url) for key, to in grants):
        raise NotAllowed(
            "key-not-allowed", f"key {name} is not granted to {origin(url)}; ETHOGRAM_MODELS_KEYS=NAME@URL grants it"
        )
    return value_of(name, environment)


def value_of(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """A secret that the operator has named, from the variable, or from the file that `<NAME>_FILE` names."""
    path = environment.get(f"{name}_FILE")
    try:
        value = environment.get(name) or (Path(path).read_text(encoding="utf-8") if path else "")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAllowed("key-unreadable", f"{name}_FILE cannot be read: {type(error).__name__}") from None
    if not value.strip():
        raise NotAllowed("key-missing", f"key {name} is named, but neither {name} nor {name}_FILE is set")
    return value.strip()
