"""One entry of a training's games as a contest: its heats, results so far, and where everybody stands."""

from __future__ import annotations

from collections.abc import Iterator

from ethogram.events import AgentId, Chance, Pairing, Real, Value, quantise
from ethogram.events.tournaments import Standing

Group = tuple[AgentId, ...]
"""Who meets, in order of seats."""

KNOCKOUTS = ("single-elimination", "double-elimination")
"""Pairings in which a draw must have a winner."""


class Series(Value):
    """The matches of one group in a heat."""

    group: Group
    """Who meets."""
    left: int
    """Matches that are not over."""
    scores: tuple[Real, ...]
    """Payoffs of each of the group so far."""


class Standings(Value):
    """Results of one agent."""

    played: int = 0
    wins: int = 0
    draws: int = 0
    losses: int = 0
    score: Real = 0.0
    byes: int = 0
    """Heats without anybody to meet."""
    reached: int = 0
    """Last heat in which it was not out."""
    reigns: int = 0
    """Heats that it ended as king."""

    @property
    def points(self) -> float:
        """One for a win or a bye, half of one for a draw."""
        return self.wins + self.byes + self.draws / 2


class Contest(Value):
    """How far one entry of a training's games has come."""

    entry: int
    """Which entry, from 0."""
    game: str
    """Name of its game."""
    pairing: Pairing
    seats: int
    """Players of a match."""
    repetitions: int
    """Matches of a series."""
    heats: int
    """Heats that it has, at most."""
    entrants: tuple[AgentId, ...]
    """Who takes part, in the order of the training file."""
    heat: int = 0
    """The heat that is played."""
    series: tuple[Series, ...] = ()
    """Of this heat."""
    byes: tuple[AgentId, ...] = ()
    """Of this heat."""
    records: dict[AgentId, Standings]
    """Results up to the last heat."""
    met: tuple[Group, ...] = ()
    """Who has met whom, in a Swiss tournament."""
    queue: tuple[AgentId, ...] = ()
    """The king, and who waits, in a king of the hill."""
    population: tuple[AgentId, ...] = ()
    """Who is in each place, in a Moran process."""
    over: bool = False

    @property
    def waits(self) -> bool:
        """Whether matches of this heat are not over."""
        return any(series.left for series in self.series)

    def begun(self, groups: tuple[Group, ...], byes: tuple[AgentId, ...]) -> Contest:
        """The contest at the start of its next heat."""
        series = tuple(Series(group=group, left=self.repetitions, scores=(0.0,) * len(group)) for group in groups)
        return self.model_copy(update={"heat": self.heat + 1, "series": series, "byes": byes})

    def with_match(self, number: int, scores: tuple[float, ...], reversed_seats: bool) -> Contest:
        """The contest once a match of a series is over."""
        series = self.series[number]
        gained = scores[::-1] if reversed_seats else scores
        totals = tuple(quantise(sum(each)) for each in zip(series.scores, gained, strict=True))
        moved = series.model_copy(update={"left": series.left - 1, "scores": totals})
        return self.model_copy(update={"series": (*self.series[:number], moved, *self.series[number + 1 :])})

    def settled(self, seed: int) -> Contest:
        """The contest once all matches of its heat are over."""
        records = dict(self.records)
        for number, series in enumerate(self.series):
            for agent, result in self._results(series, Chance(seed, "draw", self.entry, self.heat, number)):
                records[agent] = self._counted(records[agent], result)
        for agent in self.byes:
            kept = records[agent]
            records[agent] = kept.model_copy(update={"byes": kept.byes + 1, "reached": self.heat})
        moved = self.model_copy(update={"records": records, **self._followed(seed)})
        return moved._crowned() if self.pairing == "king-of-the-hill" else moved

    def _results(self, series: Series, chance: Chance) -> Iterator[tuple[AgentId, tuple[str, float]]]:
        best = max(series.scores)
        winners = [place for place, score in enumerate(series.scores) if score == best]
        if len(winners) > 1 and self.pairing in KNOCKOUTS:
            winners = [chance.choice(winners)]
        for place, agent in enumerate(series.group):
            outcome = "losses" if place not in winners else "wins" if len(winners) == 1 else "draws"
            yield agent, (outcome, series.scores[place])

    def _counted(self, kept: Standings, result: tuple[str, float]) -> Standings:
        outcome, score = result
        changes = {
            "played": kept.played + 1, outcome: getattr(kept, outcome) + 1, "score": quantise(kept.score + score),
            "reached": self.heat,
        }  # fmt: skip
        return kept.model_copy(update=changes)

    def _followed(self, seed: int) -> dict[str, object]:
        """What else a heat changes, by the kind of contest."""
        if self.pairing == "swiss":
            return {"met": (*self.met, *(tuple(sorted(series.group)) for series in self.series))}
        if self.pairing == "king-of-the-hill":
            (series,) = self.series
            king, challenger = series.group
            if series.scores[1] > series.scores[0]:  # a draw leaves the king where it is
                king, challenger = challenger, king
            return {"queue": (king, *self.queue[2:], challenger)}
        if self.pairing == "moran":
            return {"population": self._born(Chance(seed, "moran", self.entry, self.heat))}
        return {}

    def _crowned(self) -> Contest:
        king = self.queue[0]
        kept = self.records[king]
        return self.model_copy(
            update={"records": {**self.records, king: kept.model_copy(update={"reigns": kept.reigns + 1})}}
        )

    def _born(self, chance: Chance) -> tuple[AgentId, ...]:
        """One is copied, as likely as it is fit, and takes the place of one drawn evenly, itself not spared."""
        fitness = [0.0] * len(self.population)
        places = [(one, other) for one in range(len(fitness)) for other in range(one + 1, len(fitness))]
        for (one, other), series in zip(places, self.series, strict=True):
            fitness[one] += series.scores[0]
            fitness[other] += series.scores[1]
        least = min(0.0, *fitness)
        weights = [quantise(fit - least) for fit in fitness]
        point, born = chance.uniform() * sum(weights), len(weights) - 1
        for place, weight in enumerate(weights):
            point -= weight
            if point < 0:
                born = place
                break
        dies = chance.below(len(weights))
        return (*self.population[:dies], self.population[born], *self.population[dies + 1 :])

    def merit(self, agent: AgentId) -> float:
        """What this kind of contest ranks by."""
        kept = self.records[agent]
        return {
            "round-robin": kept.score, "swiss": kept.points, "single-elimination": kept.reached,
            "double-elimination": kept.reached, "king-of-the-hill": kept.reigns,
            "moran": self.population.count(agent),
        }[self.pairing]  # fmt: skip

    def ranked(self) -> tuple[AgentId, ...]:
        """Everybody, best first; until something was played, in the order of the training file."""
        if not self.heat:
            return self.entrants

        def order(agent: AgentId) -> tuple[float, int, float, AgentId]:
            kept = self.records[agent]
            return -self.merit(agent), kept.losses if self.pairing in KNOCKOUTS else 0, -kept.score, agent

        return tuple(sorted(self.entrants, key=order))

    def standings(self) -> tuple[Standing, ...]:
        """Where everybody stands."""
        return tuple(
            Standing(
                agent_id=agent, rank=rank, merit=self.merit(agent), score=kept.score, played=kept.played,
                wins=kept.wins, draws=kept.draws, losses=kept.losses,
            )
            for rank, agent in enumerate(self.ranked(), 1)
            for kept in (self.records[agent],)
        )  # fmt: skip
