"""What is read from an agent's story rather than from counts: personalities, patterns, relations, lineage."""

from __future__ import annotations

from ethogram.events.base import Value
from ethogram.events.principles import Contradiction, Lineage, Pattern, Personality, Relation
from ethogram.principles.contradictions import opposed_branches
from ethogram.principles.lineage import lineage
from ethogram.principles.pages import Pages
from ethogram.principles.patterns import patterns
from ethogram.principles.personalities import personalities
from ethogram.principles.relations import relations

GROWTH = 1.25
"""A story is studied anew when it has grown by a quarter: so an act costs the same, however long the session."""


class Study(Value):
    """The findings, and how many acts they rest on."""

    acts: int = 0
    """Acts of the agent when its story was studied."""
    personalities: tuple[Personality, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    relations: tuple[Relation, ...] = ()
    lineage: Lineage = Lineage()
    opposed: tuple[Contradiction, ...] = ()
    """One principle under different circumstances."""

    def due(self, acts: int) -> bool:
        """Whether the story has grown enough to be studied again."""
        return acts >= GROWTH * self.acts


NOTHING_READ = Study()
"""Before anything was read."""


def study(pages: Pages, acts: int) -> Study:
    """Read a story. Pure; the same pages say the same."""
    line = lineage(pages)
    return Study(
        acts=acts, personalities=personalities(pages), patterns=patterns(pages), relations=relations(pages),
        lineage=line, opposed=tuple(opposed_branches(line, pages)),
    )  # fmt: skip
