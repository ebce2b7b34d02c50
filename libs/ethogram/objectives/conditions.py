"""What is wrong now: budgets that burn, figures that regressed, services that are silent, not ready or behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ethogram.objectives.alerts import Condition, Severity
from ethogram.objectives.levels import Standing
from ethogram.objectives.measures import Measure
from ethogram.objectives.regressions import Regression

BURNS: tuple[tuple[str, Severity, str, str, float], ...] = (
    ("BudgetBurnsFast", "page", "1h", "5m", 14.4),
    ("BudgetBurns", "page", "6h", "30m", 6.0),
    ("BudgetBurnsSlowly", "ticket", "3d", "6h", 1.0),
)
"""Alert, severity, the window that says that it matters, the one that says that it goes on, times the budget."""
FEWEST_BAD = 5
"""One failure of three is no trend."""
BEHIND = 1_000
"""Records that may wait for a service."""
MEMORY_BYTES = 500_000_000


def present_conditions(
    standings: Sequence[Standing], lately: Mapping[tuple[str, str], Measure], known: Sequence[str],
    regressions: Sequence[Regression], unforeseen: Mapping[str, int],
) -> list[Condition]:  # fmt: skip
    """All of them. `lately`: the last minutes by (service, figure); `known`: services that ever measured anything;
    `unforeseen`: dead letters by service that nobody foresaw."""
    return [
        *(condition for standing in standings for condition in _burning(standing)),
        *(condition for service in known for condition in _health(service, lately)),
        *(condition for service in known for condition in _load(service, lately)),
        *map(_slower, regressions),
        *(
            Condition("DeadLettersUnforeseen", service, "ticket", f"{service} set {count} records aside unforeseen")
            for service, count in sorted(unforeseen.items())
        ),
    ]


def _burning(standing: Standing) -> Iterator[Condition]:
    """The most pressing one only."""
    for name, severity, long, short, times in BURNS:
        goes_on = standing.burn(long) > times and standing.burn(short) > times
        if goes_on and standing.bad[long] >= FEWEST_BAD:
            share = standing.bad[long] / standing.count[long]
            words = f"{share:.1%} of the last {long} was bad ({standing.objective.about}): {standing.burn(long):.0f}x"
            yield Condition(name, standing.objective.name, severity, words)
            return


def _health(service: str, lately: Mapping[tuple[str, str], Measure]) -> Iterator[Condition]:
    ready = lately.get((service, "ready"))
    if ready is None:
        yield Condition("ServiceDown", service, "page", f"{service} has not been heard of for minutes")
    elif ready.bad == ready.count:
        yield Condition("ServiceNotReady", service, "page", f"{service} is not ready; its /readyz says why")


def _load(service: str, lately: Mapping[tuple[str, str], Measure]) -> Iterator[Condition]:
    lag = (lately.get((service, "lag")) or Measure()).mean or 0.0
    if lag > BEHIND:
        yield Condition("LagGrows", service, "ticket", f"{service} is {lag:.0f} records behind")
    memory = (lately.get((service, "memory")) or Measure()).mean or 0.0
    if memory > MEMORY_BYTES:
        yield Condition("MemoryHigh", service, "ticket", f"{service} holds {memory / 1e6:.0f} MB")


def _slower(found: Regression) -> Condition:
    words = f"{found.statistic} of {found.figure}: {found.now_s * 1e3:.1f} ms, usually {found.before_s * 1e3:.1f} ms"
    return Condition("PerformanceRegressed", f"{found.service}/{found.figure}", "ticket", f"{found.service}: {words}")
