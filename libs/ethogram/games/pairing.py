"""From heats to matches: each game of a heat as the course keeps it, and what follows when the last of them is over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ethogram.events import (
    AgentId,
    Event,
    GameId,
    GamePlan,
    GameRules,
    TournamentConcluded,
    TournamentPaired,
)
from ethogram.games.contests import Contest, Standings
from ethogram.games.course import Course, Play
from ethogram.games.rules import Ruleset
from ethogram.games.tournaments import heats_of, next_heat

NAME = re.compile(r"g([0-9]+)(?:\.([0-9]+)\.[0-9]+)?")
"""What `_named` makes: the number of a match, or entry and heat."""


def contest_of(entry: int, plan: GamePlan, seats: int, agents: Sequence[AgentId]) -> Contest:
    """The contest that an entry of a training file opens."""
    return Contest(
        entry=entry, game=plan.game, pairing=plan.pairing, seats=seats, repetitions=plan.repetitions,
        heats=heats_of(plan, len(agents)), entrants=tuple(agents),
        records=dict.fromkeys(agents, Standings()),
        queue=tuple(agents) if plan.pairing == "king-of-the-hill" else (),
        population=tuple(agents) if plan.pairing == "moran" else (),
    )  # fmt: skip


def with_heat(course: Course, entry: int) -> Course:
    """The course with the next heat of a contest paired, or with the contest over if none follows."""
    contest = course.contests[entry]
    heat = next_heat(contest, course.seed)
    if heat is None:
        return _with_contest(course, contest.model_copy(update={"over": True, "series": (), "byes": ()}))
    begun = contest.begun(heat.groups, heat.byes)
    rules = course.rulesets[entry]
    games: dict[GameId, Play] = {}
    for repetition in range(contest.repetitions):
        for number, series in enumerate(begun.series):
            game_id = _named(course, begun, len(games) + 1)
            players = series.group[::-1] if repetition % 2 else series.group
            games[game_id] = _match(rules, course.seed, game_id, entry, players).model_copy(
                update={"series": number, "turned": bool(repetition % 2)}
            )
    changes = {
        "games": {**course.games, **games},
        "matches": course.matches + len(games) * (begun.heat == 1),
        "open": course.open + len(games),
    }
    return _with_contest(course, begun).model_copy(update=changes)


def settle(course: Course, game_id: GameId) -> tuple[Course, list[Event]]:
    """What follows for its contest from a match that is over: nothing yet, the next heat, or the final standings."""
    play = course.games[game_id]
    if play.rules is None or play.arena is not None:
        return course, []
    contest = course.contests[play.rules].with_match(play.series, play.scores, play.turned)
    moved = _with_contest(course, contest)
    if contest.waits:
        return moved, []
    settled = _with_contest(moved, contest.settled(course.seed))
    paired = with_heat(_without_ended(settled, play.rules), play.rules)
    after = paired.contests[play.rules]
    if after.over:
        return paired, [_concluded(paired, after)]
    return paired, [_paired(paired, after, settled.contests[play.rules])]


def announced_games(course: Course, entry: int | None = None) -> tuple[GameRules, ...]:
    """Rules of the matches that are open, in order of pairing: of one contest or of all."""
    plays = ((game_id, play) for game_id, play in sorted(course.games.items()) if play.rules is not None)
    return tuple(
        course.rulesets[play.rules].of_match(game_id, play.players, play.rounds)
        for game_id, play in plays
        if play.rules is not None and (entry is None or (play.rules == entry and not play.over))
    )


def forgotten(course: Course, game_id: GameId) -> bool:
    """Whether a match of this name was played in a heat that is over and kept no more."""
    if game_id in course.games or not (named := NAME.fullmatch(game_id)):
        return False
    number, heat = int(named[1]), named[2]
    if heat is None:
        return 1 <= number <= course.matches
    return 1 <= number <= len(course.contests) and 2 <= int(heat) <= course.contests[number - 1].heat


def _named(course: Course, contest: Contest, number: int) -> GameId:
    """Matches of first heats are numbered through; those of later ones by entry and heat, whichever comes first."""
    if contest.heat == 1:
        return GameId(f"g{course.matches + number:0{course.width}d}")
    return GameId(f"g{contest.entry + 1:02d}.{contest.heat:03d}.{number:03d}")


def _match(rules: Ruleset, seed: int, game_id: GameId, entry: int, players: tuple[AgentId, ...]) -> Play:
    rounds = rules.length(seed, game_id)
    blank = ("",) * len(players)
    return Play(
        players=players, turns=rounds * len(rules.stages), rounds=rounds, rules=entry, history=blank,
        answers=(None,) * len(players), seen=(blank,) * len(players) if rules.blurred else (),
        scores=(0.0,) * len(players),
    )  # fmt: skip


def _with_contest(course: Course, contest: Contest) -> Course:
    contests = (*course.contests[: contest.entry], contest, *course.contests[contest.entry + 1 :])
    return course.model_copy(update={"contests": contests})


def _without_ended(course: Course, entry: int) -> Course:
    """The matches of a heat that is over are forgotten, but for how many turns they had."""
    ended = {game_id: play for game_id, play in course.games.items() if play.rules == entry}
    games = {game_id: play for game_id, play in course.games.items() if game_id not in ended}
    changes = {
        "games": games, "turns_by_agent": counted(course.turns_by_agent, ended.values()),
    }  # fmt: skip
    return course.model_copy(update=changes)


def counted(turns: dict[AgentId, int], plays: Iterable[Play]) -> dict[AgentId, int]:
    """Turns per agent, with those of some games added; a turn in which an agent sits twice counts once."""
    totals = dict(turns)
    for play in plays:
        for agent in dict.fromkeys(play.players):
            totals[agent] = totals.get(agent, 0) + play.resolved
    return totals


def _concluded(course: Course, contest: Contest) -> TournamentConcluded:
    return TournamentConcluded(
        session_id=course.session_id, entry=contest.entry, game=contest.game, pairing=contest.pairing,
        heats=contest.heat, standings=contest.standings(),
    )  # fmt: skip


def _paired(course: Course, contest: Contest, before: Contest) -> TournamentPaired:
    games = announced_games(course, contest.entry)
    return TournamentPaired(
        session_id=course.session_id, entry=contest.entry, pairing=contest.pairing, heat=contest.heat,
        games=games, byes=contest.byes, standings=before.standings(),
        turns=sum(rules.turns for rules in games),
    )  # fmt: skip
