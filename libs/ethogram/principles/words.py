"""An ethogram in words, by template."""

from __future__ import annotations

from collections.abc import Sequence

from ethogram.events.principles import Contradiction, Personality, Prediction, Principle, Strategy
from ethogram.principles.dictionary import UNLISTED


def summarise(
    acts: int, principles: Sequence[Principle], strategy: Strategy, prediction: Prediction,
    personalities: Sequence[Personality] = (), contradictions: Sequence[Contradiction] = (),
) -> str:  # fmt: skip
    """A few sentences for people: strategy, clear principles, what these acts cannot tell, predictability, concerns."""
    if not acts:
        return "No act was observed."
    told = [principle for principle in principles if principle.identifiable]
    clear = [principle for principle in told if not principle.interval[0] <= 0.5 <= principle.interval[1]]
    sentences = [f"After {acts} act{'s' * (acts != 1)}.", *_strategy(strategy), *_principles(clear)]
    if untold := [principle.name for principle in principles if not principle.identifiable]:
        sentences.append(f"These acts cannot tell: {', '.join(untold)}.")
    if prediction.accuracy is not None:
        sentences.append(f"Of its last {prediction.n} choices {prediction.accuracy:.0%} were foreseen.")
    return " ".join([*sentences, *_personalities(personalities), *_concern(contradictions)])


def _personalities(found: Sequence[Personality]) -> list[str]:
    """When it is not always the same."""
    if len(found) < 2:
        return []
    told = "; ".join(f"{one.name} in {one.share:.0%} of its acts {one.conduct.partition(',')[0]}{_where(one)}"
                     for one in found[:3])  # fmt: skip
    return [f"It shows {len(found)} personalities: {told}."]


def _where(personality: Personality) -> str:
    mostly = [context for context, share in personality.contexts.items() if share >= 0.8]
    return f" ({', '.join(mostly[:2])})" if mostly else ""


def _concern(found: Sequence[Contradiction]) -> list[str]:
    """The most severe contradiction."""
    if not found:
        return []
    worst = found[0]
    return [f"Concern (severity {worst.severity:.2f}): {' against '.join(worst.between)}; {worst.words}."]


def _strategy(strategy: Strategy) -> list[str]:
    if strategy.nearest is None or not strategy.posterior:
        return []
    first = strategy.posterior[0]
    if first.strategy == UNLISTED:
        return [f"It plays none of the listed strategies (probability {first.probability:.2f}); "
                f"nearest is {strategy.nearest}."]  # fmt: skip
    deviation = "" if strategy.tremble is None else f", deviating in {strategy.tremble:.1%} of turns"
    return [f"It plays most like {strategy.nearest} (probability {first.probability:.2f}{deviation})."]


def _principles(clear: Sequence[Principle]) -> list[str]:
    if not clear:
        return ["No principle stands clear of indifference."]
    ranked = sorted(clear, key=lambda principle: (-abs(principle.strength - 0.5), principle.name))
    lived = [_named(principle) for principle in ranked if principle.strength > 0.5]
    shunned = [_named(principle) for principle in ranked if principle.strength < 0.5]
    said = [f"It lives by {', '.join(lived[:4])}."] if lived else []
    return [*said, f"It acts against {', '.join(shunned[:4])}."] if shunned else said


def _named(principle: Principle) -> str:
    low, high = principle.interval
    return f"{principle.name} {principle.strength:.2f} [{low:.2f}, {high:.2f}]"
