"""A test of the constitution in Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Hesitation:
    """Counts how often an agent does otherwise than in the turn before."""

    def problems(self, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with the configuration, in words."""
        return [] if isinstance(config.get("most"), int) else ["most: an integer is needed"]

    def weigh(self, memo: Mapping[str, float], act: Any, turn: Any, config: Mapping[str, Any]) -> Mapping[str, float]:
        """One more act."""
        changed = turn.kind == "game" and act.before and act.intended != act.before[0]
        return {"changes": memo.get("changes", 0) + bool(changed)}

    def find(self, memo: Mapping[str, float], principles: Mapping[str, Any], config: Mapping[str, Any]) -> str | None:
        """Why the article is breached; none where it is kept."""
        changes = int(memo.get("changes", 0))
        return f"changed its mind {changes} times" if changes > config["most"] else None


hesitation = Hesitation()
