"""The narrator: the story of the arena from templates, drawn by the seed. It says what happened, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ethogram.events import Chance

TEMPLATES: Mapping[str, Sequence[str]] = MappingProxyType({
    "pot": (
        "Round {round}: {pot:g} points went into the pot, and {worth:g} came out of it.",
        "Round {round} closes. The pot took {pot:g} and gave back {worth:g}.",
        "When round {round} was counted, {pot:g} had been given and {worth:g} was shared out.",
    ),
    "most": (
        "{who} entered most.", "By the book nobody gave more than {who}.", "The book names {who} first.",
    ),
    "accused": (
        "{who} was accused of cheating by {by}.", "{by} stood up and pointed at {who}.",
        "Then {by} brought a case against {who}.",
    ),
    "upheld": (
        "The council found {who} guilty of {charge}.", "{who} was convicted: {charge}.",
        "After the hearing the finding was {charge}, by {who}.",
    ),
    "dismissed": (
        "The council dismissed the case against {who}.", "Nothing was shown against {who}.",
        "{who} left the hearing without a stain.",
    ),
    "convicted": (
        "{who} had to leave the arena.", "{who} is out, by order of the council.",
    ),
    "last": (
        "With fewest points, {who} had to go.", "The round ended for {who}, who had least.",
    ),
    "champion": (
        "{who} holds the title {title!r} after {rounds} rounds.",
        "After {rounds} rounds one name is left at the top: {who}, champion of {title!r}.",
    ),
    "nobody": (
        "After {rounds} rounds nobody is left to hold the title {title!r}.",
        "The title {title!r} stays vacant: {rounds} rounds left no champion.",
    ),
})  # fmt: skip
"""By occasion."""


def tell(occasion: str, chance: Chance, **facts: object) -> str:
    """A sentence about what happened."""
    return chance.choice(TEMPLATES[occasion]).format(**facts)
