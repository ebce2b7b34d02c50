"""The last word on a session: all is read in the order of games, so that it does not matter how they interleaved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ethogram.events.ids import AgentId, SessionId
from ethogram.events.principles import PrinciplesInferred
from ethogram.principles.conclusion import Measured, conclude
from ethogram.principles.dealings import Dealings, preferences_in
from ethogram.principles.evidence import Evidence
from ethogram.principles.log import Log, Numbers
from ethogram.principles.pages import Codes, Flags, Pages, pages_of
from ethogram.principles.reading import foretell
from ethogram.principles.story import Story
from ethogram.principles.study import NOTHING_READ, study


def last_words(
    agents: Mapping[AgentId, Evidence],
    stories: Mapping[AgentId, Story],
    dealings: Mapping[AgentId, Dealings],
    session_id: SessionId,
    wanted: Iterable[AgentId],
) -> list[PrinciplesInferred]:
    """The closing ethogram of each wanted agent."""
    pages = {agent: pages_of(story) for agent, story in sorted(stories.items()) if story.tales}
    measured = _measured(pages)
    made = []
    for agent in wanted:
        evidence = agents.get(agent) or Evidence()
        weighed = preferences_in(dealings.get(agent) or Dealings())
        found = study(pages[agent], evidence) if agent in pages else NOTHING_READ
        made.append(conclude(
            evidence, session_id, agent, closing=True, measured=measured.get(agent), study=found, preferences=weighed
        ))  # fmt: skip
    return made


def _measured(pages: Mapping[AgentId, Pages]) -> dict[AgentId, Measured | None]:
    """How well the held-out games of each agent were predicted, all agents of the session together."""
    log = log_of(pages)
    if log is None:
        return {}
    told = foretell(log).each(len(log.subjects))
    return {AgentId(name): found for (_, name), found in zip(log.subjects, told, strict=True)}


def log_of(pages: Mapping[AgentId, Pages]) -> Log | None:
    """The games of a session as recorded ones, as they were executed; none without any."""
    games = {agent: _games(one) for agent, one in pages.items()}
    players = [agent for agent, found in games.items() if len(found)]
    if not players:
        return None
    rows = {agent: _rows(pages[agent], games[agent]) for agent in players}
    sizes = np.concatenate([np.diff(pages[agent].games)[games[agent]] for agent in players])
    counts = [len(games[agent]) for agent in players]
    return Log(
        name="session", subjects=tuple(("", agent) for agent in players),
        game_names=tuple(pages[agent].names[game] for agent in players for game in games[agent].tolist()),
        symbols=("C", "D"), games=_ends(sizes), careers=_ends(np.array(counts)),
        own=np.concatenate([pages[agent].done[rows[agent]] for agent in players]).astype(np.int32),
        other=np.concatenate([pages[agent].met[rows[agent]] for agent in players]).astype(np.int32),
        rounds=np.concatenate([np.arange(size) + 1 for size in sizes.tolist()]).astype(np.int32),
    )  # fmt: skip


def _games(pages: Pages) -> Codes:
    """Which of the games are no sequence of scenarios."""
    return np.flatnonzero(pages.context[pages.games[:-1]] < 5)


def _rows(pages: Pages, games: Codes) -> Flags:
    return np.isin(pages.game, games)


def _ends(sizes: Codes) -> Numbers:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
