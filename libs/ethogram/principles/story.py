"""The story of one agent: its latest acts as they happened, game by game, bounded, whatever came in which order.

Most of inference lives on counts. What asks for sequences (personalities, patterns, lineage, prediction of held-out
games) reads this: of each game one character per act and side. At most 10,000 acts are kept: of long games the end, of
all games equally much; and at most 500 games, the last ones by name. What is kept depends on what was played alone, not
on how parallel games interleaved.
"""

from __future__ import annotations

from pydantic import Field

from ethogram.events.base import Value
from ethogram.principles.observation import Observation

MOST_ACTS = 10_000
"""Acts that are kept."""
MOST_GAMES = 500
"""Games that are kept."""
SILENT = "-"
"""Stands for an act without a choice."""


class Tale(Value):
    """One game: C and D, one character per act; a sequence of scenarios is a game too."""

    meant: str = ""
    """What the agent meant to do, `-` where it did not choose."""
    done: str = ""
    """What was carried out."""
    met: str = ""
    """What the counterpart did in the same turn; in a scenario had done before."""
    gone: int = 0
    """Acts before the first one that is kept."""
    counterpart: str = ""
    """Whom it faced."""
    condition: str = ""
    """Conditions of a recorded game."""
    archetypes: tuple[str, ...] = ()
    """Of a sequence of scenarios: the kinds that came, in order of appearance."""
    kinds: str = ""
    """Of a sequence of scenarios: which of these each act was, `a` the first."""

    def after(self, act: Observation) -> Tale:
        """The tale after one more act."""
        known, kinds = self.archetypes, self.kinds
        if act.archetype is not None:
            known = known if act.archetype in known else (*known, act.archetype)
            kinds += chr(97 + known.index(act.archetype))
        first = not self.done
        return Tale.model_construct(
            meant=self.meant + (act.intended if act.chosen else SILENT), done=self.done + act.executed,
            met=self.met + act.other, gone=self.gone, counterpart=act.counterpart if first else self.counterpart,
            condition=act.condition if first else self.condition,
            archetypes=known, kinds=kinds,
        )  # fmt: skip

    def cut(self, most: int) -> Tale:
        """The last `most` acts of it."""
        if len(self.done) <= most:
            return self
        lines = {name: getattr(self, name)[-most:] for name in ("meant", "done", "met", "kinds")}
        return self.model_copy(update={**lines, "gone": self.gone + len(self.done) - most})


class Story(Value):
    """All games that are kept of one agent."""

    tales: dict[str, Tale] = Field(default_factory=dict)
    """By game."""
    acts: int = 0
    """Acts that are kept."""
    each: int = MOST_ACTS
    """Acts that are kept of one game; falls as there are more of them."""
    forgotten: str = ""
    """The last game, by name, that is not kept any more."""

    def after(self, act: Observation) -> Story:
        """The story after one more act; only acts between C and D are told."""
        symbols = (act.intended, act.executed, act.other)
        if any(symbol not in ("C", "D") for symbol in symbols) or act.game <= self.forgotten:
            return self
        before = self.tales.get(act.game) or Tale()
        tale = before.after(act).cut(self.each)
        grown = Story.model_construct(
            tales={**self.tales, act.game: tale}, acts=self.acts + len(tale.done) - len(before.done), each=self.each,
            forgotten=self.forgotten,
        )  # fmt: skip
        return grown._shortened() if grown.acts > MOST_ACTS or len(grown.tales) > MOST_GAMES else grown

    def _shortened(self) -> Story:
        names = sorted(self.tales)
        forgotten = max([self.forgotten, *names[: max(0, len(names) - MOST_GAMES)]])
        tales = {name: tale for name, tale in self.tales.items() if name > forgotten}
        each = min(self.each, share([len(tale.done) for tale in tales.values()], forgotten=bool(forgotten)))
        tales = {name: tale.cut(each) for name, tale in tales.items()}
        kept = sum(len(tale.done) for tale in tales.values())
        return Story.model_construct(tales=tales, acts=kept, each=each, forgotten=forgotten)


def share(lengths: list[int], *, forgotten: bool) -> int:
    """How many acts each game may keep: as many as all together may, or an even share once games were forgotten."""
    if forgotten:
        return MOST_ACTS // MOST_GAMES
    if sum(lengths) <= MOST_ACTS:
        return MOST_ACTS
    room, left = MOST_ACTS, len(lengths)
    for length in sorted(lengths):
        if length * left > room:
            return room // left
        room, left = room - length, left - 1
    return MOST_ACTS
