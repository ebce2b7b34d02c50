"""Tournaments: who meets whom next, and who stands where. Told by the director, decided by results and seed."""

from __future__ import annotations

from pydantic import Field

from ethogram.events.base import Event, Value
from ethogram.events.canonical import Real
from ethogram.events.ids import AgentId
from ethogram.events.sessions import GameRules
from ethogram.events.training import Pairing


class Standing(Value):
    """Where one agent stands in a tournament."""

    agent_id: AgentId
    """The agent."""
    rank: int
    """From 1; equals are ranked by name."""
    merit: Real
    """What this kind of tournament ranks by: the score in a round robin, points in a Swiss one, the heat reached in an
    elimination, heats as king, copies in a Moran process."""
    score: Real
    """Payoffs of all its matches."""
    played: int
    """Matches, or series of matches where pairs meet repeatedly."""
    wins: int = 0
    """Of these, won."""
    draws: int = 0
    """Of these, drawn."""
    losses: int = 0
    """Of these, lost."""


class TournamentPaired(Event, type="tournament.paired"):
    """Results have decided who meets whom in the next heat. The first heat stands in SessionAdmitted."""

    IDENTITY = ("entry", "heat")

    entry: int = Field(ge=0)
    """Which entry of the training's games, from 0."""
    pairing: Pairing
    """How pairs are made."""
    heat: int = Field(ge=2)
    """From 1."""
    games: tuple[GameRules, ...]
    """Matches of this heat."""
    byes: tuple[AgentId, ...] = ()
    """Who has nobody to meet in this heat, and goes on."""
    standings: tuple[Standing, ...]
    """Where everybody stood when the pairs were made, best first."""
    turns: int
    """Turns of these matches; one whose length hangs on the play counts as none."""


class TournamentConcluded(Event, type="tournament.concluded"):
    """An entry of the training's games is played to its end."""

    IDENTITY = ("entry",)

    entry: int = Field(ge=0)
    """Which entry of the training's games, from 0."""
    game: str
    """Name of the game."""
    pairing: Pairing
    """How pairs were made."""
    heats: int
    """Heats that were played."""
    standings: tuple[Standing, ...]
    """Everybody, best first."""
