"""What is too dear to find out at every ethogram: what an agent's story tells, and what imagined games do."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from ethogram.events.base import Value
from ethogram.events.principles import Contradiction, Lineage, Pattern, Personality, Relation
from ethogram.principles.contradictions import opposed_branches
from ethogram.principles.evidence import Evidence
from ethogram.principles.labelling import tell
from ethogram.principles.lineage import lineage
from ethogram.principles.pages import Pages
from ethogram.principles.patterns import patterns
from ethogram.principles.personalities import personalities
from ethogram.principles.relations import relations
from ethogram.principles.strategy import weigh

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
    labels: dict[str, float] = Field(default_factory=dict)
    """Probability of each label."""

    def due(self, acts: int) -> bool:
        """Whether the story has grown enough to be studied again."""
        return acts >= GROWTH * self.acts


NOTHING_READ = Study()
"""Before anything was read."""


def study(pages: Pages, evidence: Evidence, labels: Mapping[str, float] | None = None) -> Study:
    """Read a story, and tell labels unless they are given. Pure; the same pages and evidence say the same."""
    line = lineage(pages)
    return Study(
        acts=evidence.acts, personalities=personalities(pages), patterns=patterns(pages), relations=relations(pages),
        lineage=line, opposed=tuple(opposed_branches(line, pages)),
        labels=tell(evidence.marks, weigh(evidence.visits)) if labels is None else dict(labels),
    )  # fmt: skip
