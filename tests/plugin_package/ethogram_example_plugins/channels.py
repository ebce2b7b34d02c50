"""A channel that writes notices into a file: each once, however often it is asked to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ethogram.channels import Notice


class Megaphone:
    """Appends a line per notice."""

    about: ClassVar[str] = "a file: `{kind: megaphone, config: {path: /var/log/told}}`"

    def __init__(self, config: Mapping[str, Any], secret: object) -> None:
        self._path = Path(config["path"])

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        return [] if set(config) == {"path"} else ["expected a path and nothing else"]

    async def tell(self, notice: Notice) -> str | None:
        """Append it, unless it stands there."""
        told = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        if notice.id not in told:
            self._path.write_text(f"{told}{notice.id} {notice.subject}\n", encoding="utf-8")
        return None

    async def close(self) -> None:
        """Nothing is held."""
