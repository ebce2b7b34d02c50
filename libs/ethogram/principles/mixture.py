"""The dictionary's opinion on recorded choices: which automaton each subject may be, and what that one does next."""

from __future__ import annotations

import numpy as np

from ethogram.principles.automata import Compiled, Floats, compile_automata
from ethogram.principles.dictionary import dictionary
from ethogram.principles.log import Log, Numbers
from ethogram.principles.visible import Split

_TREMBLES = (0.02, 0.07, 0.18)
_STEPS = 40  # of expectation maximisation; shares need not be exact to predict


def walk(games: Numbers, own: Numbers, other: Numbers, compiled: Compiled) -> Numbers:
    """(N, S) state of every automaton before every choice, all games at once, round by round.

    `games` holds the first row of each game, and N; choices are 1 for D.
    """
    length = np.diff(games)
    states = np.empty((len(own), len(compiled.starts)), dtype=np.int32)
    joint = 2 * own + other
    order = np.argsort(-length, kind="stable")
    first = games[:-1][order]
    now = np.tile(compiled.starts.astype(np.int32), (len(order), 1))
    moves = compiled.moves.astype(np.int32)
    alive = np.searchsorted(-length[order], -np.arange(int(length.max(initial=0))), side="left")
    for turn, count in enumerate(alive.tolist()):
        rows = first[:count] + turn
        states[rows] = now[:count]
        now[:count] = moves[now[:count], joint[rows][:, None]]
    return states


def dictionary_forecast(log: Log, parts: Split) -> Floats:
    """(N,) probability of D: a mixture over strategies and trembles, weighed by the population and the subject."""
    compiled = compile_automata(dictionary().automata[:-1])
    states = walk(log.games, log.own, log.other, compiled)
    plain = 1 - compiled.cooperation[states]
    bad = (log.own == 1)[:, None]
    chances = np.stack([plain * (1 - tremble) + (1 - plain) * tremble for tremble in _TREMBLES], axis=2)
    flat = chances.reshape(len(plain), -1)
    logs = np.log(np.where(bad, flat, 1 - flat))
    known = _known(logs, parts)
    prior = _shares(logs, parts)
    weights = known + np.log(prior)
    weights = np.exp(weights - weights.max(axis=1, keepdims=True))
    return np.asarray((weights * flat).sum(axis=1) / weights.sum(axis=1))


def _known(logs: Floats, parts: Split) -> Floats:
    """(N, M) log likelihood of what a subject did before each choice: training part and earlier in the same game."""
    sums = np.concatenate([np.zeros((1, logs.shape[1])), np.cumsum(logs, axis=0)])
    game_start = np.searchsorted(parts.game, parts.game, side="left")
    career_start = np.searchsorted(parts.subject, parts.subject, side="left")
    learnt = np.bincount(parts.subject, weights=~parts.held).astype(np.int64)[parts.subject]
    before = np.where(parts.held, np.minimum(career_start + learnt, game_start), game_start)
    place = np.arange(len(logs))
    return np.asarray(sums[place] - sums[game_start] + sums[before] - sums[career_start])


def _shares(logs: Floats, parts: Split) -> Floats:
    """(M,) share of each strategy and tremble among the subjects, by expectation maximisation on the training part."""
    people = int(parts.subject.max()) + 1
    whole = np.zeros((people, logs.shape[1]))
    learnt = ~parts.held
    np.add.at(whole, parts.subject[learnt], logs[learnt])
    whole = np.exp(whole - whole.max(axis=1, keepdims=True))
    shares = np.full(logs.shape[1], 1 / logs.shape[1])
    for _ in range(_STEPS):
        each = whole * shares
        each /= each.sum(axis=1, keepdims=True)
        shares = (each.sum(axis=0) + 0.1) / (people + 0.1 * logs.shape[1])
    return shares
