"""The training file: what to play, by whom. It is also the body of the start-training event, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ethogram.events.base import Value
from ethogram.events.canonical import EXACT, PLAINLY, Plain, Real
from ethogram.events.character import Character
from ethogram.events.ids import AgentId
from ethogram.events.play import Choosing

Mode = Literal["strict", "auto", "dry-run"]
Archetype = Literal[
    "loyalty", "scarcity", "betrayal", "trade-offs", "time-pressure", "obedience-versus-autonomy",
    "information-asymmetry", "reputation-management", "power-dynamics", "moral-hazard",
]  # fmt: skip
Feedback = Literal["actions", "payoffs", "nothing"]
Pairing = Literal["round-robin", "swiss", "single-elimination", "double-elimination", "king-of-the-hill", "moran"]
Selector = Literal["shapley", "marginal", "lot"]
"""What the order of turns in the arena rests on: what each is worth to a group of any size on average (Shapley value),
what each is worth to all others together (marginal contribution), or nothing but the seed."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
DEFAULT_TENANT = "default"
"""Whom everything belongs to that names no tenant."""


class Budget(Value):
    """What may be spent on model calls; the session ends when it is used up."""

    tokens: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    """Tokens read and written; replies from the cache cost none."""
    usd: Annotated[float, Field(ge=0, le=1_000_000), EXACT, PLAINLY] | None = None
    """US dollars by the table of prices; a model without a price costs nothing there."""

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.tokens is None and self.usd is None:
            raise ValueError("a budget needs tokens, usd or both")
        return self


class AgentSpec(Value):
    """One agent: which adapter brings it to the table and how it is configured."""

    id: Annotated[AgentId, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    """Unique within the training; letters, digits, dot, underscore, hyphen."""
    adapter: Slug
    """Name of a registered adapter: builtin, python, axelrod, ..."""
    config: Plain = Field(default_factory=dict)
    """What the adapter needs: `strategy` for builtin and axelrod, `callable` for python."""
    budget: Budget | None = None
    """What this agent may spend."""
    character: Character | None = None
    """Who it is to be, and what it remembers."""
    skills: Annotated[tuple[Slug, ...], Field(max_length=8)] | None = None
    """Skills that it asks for; it has them where the operator's policy or a person grants them."""


HOUSE_JUDGES = frozenset({"constitution", "evidence", "fairness", "strategy"})
"""Judges that sit in every council; no other may be called like them."""


class JudgeSpec(Value):
    """A judge beside the four of the house: which plugin asks, and how it is configured."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    """What its votes are signed with; none of the four's names."""
    judge: Slug
    """Name of an entry point of `ethogram.judges` that asks a model: openai, openai-compatible, anthropic, ..."""
    config: Plain = Field(default_factory=dict)
    """What it needs: `model`, `base_url`, the name of a `key`, ..."""


class NarratorSpec(Value):
    """A model that tells the rounds of an arena beside the templates."""

    adapter: Literal["openai", "openai-compatible", "anthropic"]
    """How it is reached, as agents of this adapter are."""
    config: Plain = Field(default_factory=dict)
    """What that needs: `model`, `base_url`, the name of a `key`, ..."""


class Matrix(Value):
    """A game of one's own, as a table."""

    actions: Annotated[tuple[dict[str, str], ...], Field(min_length=1)]
    """Symbol and meaning of each action: one mapping for all seats, or one per seat. C and D are read as keeping faith
    and breaking it; where nothing is like that, use other symbols."""
    payoffs: dict[str, tuple[Real, ...]]
    """Payoff per seat for each joint action, one symbol per seat: `CD: [0, 5]`."""
    about: Annotated[str, StringConstraints(max_length=4_000)] = ""
    """What the players are told, beside the table."""
    default: tuple[str, ...] = ()
    """Action of a seat that makes no valid choice, one for all seats or one per seat; left out: the first by symbol."""
    sequential: bool = False
    """Whether the seats move one after the other, each knowing what was done before it in the round."""


class GamePlan(Value):
    """One repeated game that the agents play against each other."""

    game: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}(:[A-Za-z0-9][A-Za-z0-9._-]{0,127})?$")]
    """Name of the game; of a library `library:game`; of a matrix any name that no game has."""
    rounds: Annotated[int, Field(ge=1, le=10_000)] = 50
    """Rounds of each match; with a continuation probability the most that there can be."""
    noise: Annotated[float, Field(ge=0, le=0.5), EXACT, PLAINLY] = 0.0
    """Probability that an executed action is another than the intended one."""
    misperception: Annotated[float, Field(ge=0, le=0.5), EXACT, PLAINLY] = 0.0
    """Probability that a player sees another action of another player than was executed."""
    continuation: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] = 1.0
    """Probability that after a round another one follows; below 1 the players are not told how many there are."""
    feedback: Feedback = "actions"
    """What the players learn after a turn: all actions, what they earned themselves, or nothing."""
    players: Annotated[int, Field(ge=2, le=64)] | None = None
    """Seats of a match; left out: the fewest that the game takes."""
    knobs: dict[str, Real] = Field(default_factory=dict)
    """Numbers that change the game's payoffs; each game names its own."""
    matrix: Matrix | None = None
    """The game itself, where it is none that we know."""
    pairing: Pairing = "round-robin"
    """Who meets whom. All but round robin follow from results and are for two."""
    heats: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Rounds of a Swiss tournament, challenges to the king of the hill, births of a Moran process at most."""
    repetitions: Annotated[int, Field(ge=1, le=1_000)] = 1
    """How often each pair meets before its result counts."""


class ScenarioPlan(Value):
    """Scenarios that each agent faces alone."""

    archetypes: Annotated[tuple[Archetype, ...], Field(min_length=1)]
    """Kinds of dilemma, taken in turn."""
    count: Annotated[int, Field(ge=1, le=1_000)]
    """Scenarios per agent."""
    stress: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] = 0.3
    """0 is calm, 1 is the tightest: resources, time and constraints."""
    choice: Choosing = "fixed"
    """How the next scenario is chosen: by the seed (fixed), where most is to be learnt (adaptive), at the weakest
    principle (adversarial), where two hypotheses part (diagnostic)."""
    hypotheses: tuple[str, ...] = ()
    """For diagnostic: two hypotheses, each the name of a principle, or `indifferent`."""
    wait_s: Annotated[float, Field(ge=0.1, le=600), EXACT, PLAINLY] = 20.0
    """Seconds that a choice which is not fixed waits for what is inferred from the scenario before."""
    depth: Annotated[int, Field(ge=0, le=5)] = 0
    """How many follow-ups in a row a choice may open; they come on top of `count`."""
    retest: bool = False
    """Whether the second half tells the dilemmas of the first half again, in other words and another order."""
    check: bool = False
    """Whether each opening dilemma comes with a question about its text."""
    templates: Annotated[str, StringConstraints(max_length=400)] = ""
    """Own templates: a folder below those that the operator allows, or an installed collection; ours if left out."""


class ArenaPlan(Value):
    """Rounds of contributions to a common pot, with a book that may be lied to, accusations, hearings, eliminations."""

    rounds: Annotated[int, Field(ge=1, le=200)] = 12
    """Rounds at most; it ends earlier when one agent is left."""
    title: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "arena"
    """The title that is played for."""
    selector: Selector = "shapley"
    """What the order of turns rests on."""
    endowment: Annotated[float, Field(ge=0.01, le=1_000_000), EXACT, PLAINLY] = 10.0
    """Points that each has to give from in each round."""
    levels: Annotated[int, Field(ge=3, le=10)] = 6
    """Steps between giving nothing and giving everything."""
    multiplier: Annotated[float, Field(ge=0, le=100), EXACT, PLAINLY] = 1.2
    """What the pot is multiplied by if one alone gives."""
    synergy: Annotated[float, Field(ge=0, le=100), EXACT, PLAINLY] = 0.8
    """What is added to the multiplier if all give; in between in proportion to how many do."""
    merit: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] = 0.5
    """Share of the pot that is shared out by what each is worth by the book; the rest is shared equally."""
    sight: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] = 0.3
    """Probability that an agent sees what another really did, beside the book."""
    vigilance: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] = 1.0
    """Probability that the arena itself notices an act of cheating; at 0 only agents accuse."""
    cull: Annotated[int, Field(ge=0, le=200)] = 3
    """After every so many rounds whoever has fewest points has to go; 0: nobody."""
    patience: Annotated[int, Field(ge=2, le=20)] = 3
    """Rounds without giving that make a free rider, while the others give at least half."""
    fine: Annotated[float, Field(ge=0, le=1_000_000), EXACT, PLAINLY] = 20.0
    """What a conviction costs."""
    slander: Annotated[float, Field(ge=0, le=1_000_000), EXACT, PLAINLY] = 10.0
    """What an accusation that is dismissed costs each accuser."""
    narrator: NarratorSpec | None = None
    """A model that tells each round once more, for people: what agents read stays as the templates have it."""


class Training(Value):
    """A training file."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """For people: shown in lists and reports."""
    seed: Annotated[int, Field(ge=0, lt=2**53)] = 0
    """Same seed, same scenarios, same noise, same scripted play."""
    mode: Mode = "auto"
    """auto judges a session when it ends; strict lets no turn take effect before the council; dry-run discards."""
    risk: Annotated[float, Field(ge=0, le=1), EXACT, PLAINLY] | None = None
    """Turns in which this much is at stake take effect only after the council; left out: none but those of strict."""
    agents: Annotated[tuple[AgentSpec, ...], Field(min_length=1, max_length=10_000)]
    """Who plays."""
    games: tuple[GamePlan, ...] = ()
    """Repeated games between the agents."""
    scenarios: ScenarioPlan | None = None
    """Dilemmas that each agent faces alone."""
    arena: ArenaPlan | None = None
    """All agents together in the arena."""
    budget: Budget | None = None
    """What all agents together may spend."""
    judges: Annotated[tuple[JudgeSpec, ...], Field(max_length=8)] = ()
    """Models that sit in the council beside the four judges of the house, where the operator has switched that on."""

    @model_validator(mode="after")
    def _playable(self) -> Self:
        seen: dict[AgentId, int] = {}
        for place, agent in enumerate(self.agents):
            first = seen.setdefault(agent.id, place)
            if first != place:
                raise ValueError(f"agents[{place}].id: duplicate id {agent.id!r}: agents[{first}] has it already")
        names = [judge.id for judge in self.judges]
        for place, name in enumerate(names):
            if name in HOUSE_JUDGES or name in names[:place]:
                raise ValueError(f"judges[{place}].id: {name!r} sits in this council already; choose another id")
        if not self.games and self.scenarios is None and self.arena is None:
            raise ValueError("nothing to play: give at least one entry under games, or scenarios, or an arena")
        if self.games and len(self.agents) < 2:
            raise ValueError("games: a game needs at least 2 agents; add one, or leave games out")
        return self
