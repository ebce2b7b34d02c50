"""Budgets: what a session and its agents may spend on model calls, and the reason when they have."""

from __future__ import annotations

from collections.abc import Iterable

from ethogram.events import Budget, DecisionMade
from ethogram.games.course import Course, Spent

MICROS = 1_000_000
ACTOR = "budget"
"""Who ends a session whose budget is used up."""


def charged(course: Course, decision: DecisionMade) -> Course:
    """The course with what a decision cost put down to its agent."""
    if not decision.tokens and not decision.cost_micros:
        return course
    before = course.spent.get(decision.agent_id, Spent())
    after = Spent(
        tokens=before.tokens + (decision.tokens or 0),
        cost_micros=before.cost_micros + (decision.cost_micros or 0),
    )
    return course.model_copy(update={"spent": {**course.spent, decision.agent_id: after}})


def overdrawn(course: Course, decision: DecisionMade) -> str | None:
    """Which budget is used up after this decision, in words; None while all hold."""
    agent_id = decision.agent_id
    if not decision.tokens and not decision.cost_micros:
        return None
    own = _beyond(course.agents[agent_id].budget, [course.spent[agent_id]])
    if own:
        return f"the budget of agent {agent_id!r} is used up: {own}"
    whole = _beyond(course.budget, course.spent.values())
    return f"the budget of the session is used up: {whole}" if whole else None


def _beyond(budget: Budget | None, spent: Iterable[Spent]) -> str | None:
    if budget is None:
        return None
    all_spent = list(spent)
    tokens, micros = sum(one.tokens for one in all_spent), sum(one.cost_micros for one in all_spent)
    if budget.tokens is not None and tokens > budget.tokens:
        return f"{tokens:,} of {budget.tokens:,} tokens"
    if budget.usd is not None and micros > budget.usd * MICROS:
        return f"{micros / MICROS:.6f} of {budget.usd:.6f} US dollars"
    return None
