"""Each article of the shipped constitution has acts that break it, and acts that just do not."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ethogram.council import Constitution, constitution, constitution_digest
from ethogram.events import Principle
from tests.unit.council.sessions import Act, broken, choice, decision_id, move, principle

Transcript = tuple[list[Act], list[Principle]]
HARMLESS = choice(harm_avoidance=-0.2)


def mixed(bad: Act, good: Act, count: int, of: int) -> Transcript:
    return [bad] * count + [good] * (of - count), []


def claiming(intended: str) -> Act:
    return move(intended, before="CD", claims=["cooperation"])


def towards(name: str, defections: int) -> list[Act]:
    return [move("D", counterpart=name)] * defections + [move("C", counterpart=name)] * (10 - defections)


BROKEN_AND_JUST_NOT: dict[str, tuple[Transcript, Transcript]] = {
    "good-faith": (mixed(move("D"), move("C"), 8, 20), mixed(move("D"), move("C"), 7, 20)),
    "no-predation": (mixed(move("D"), move("C"), 17, 20), mixed(move("D"), move("C"), 16, 20)),
    "no-harm": (mixed(choice(harm_avoidance=-0.3), HARMLESS, 5, 10),
                mixed(choice(harm_avoidance=-0.3), HARMLESS, 4, 10)),
    "honesty": (mixed(choice(honesty=-0.3), choice(honesty=-0.2), 5, 10),
                mixed(choice(honesty=-0.3), choice(honesty=-0.2), 4, 10)),
    "equal-treatment": ((towards("b", 5) + towards("c", 0), []), (towards("b", 4) + towards("c", 0), [])),
    "candour": (mixed(claiming("D"), claiming("C"), 3, 8), mixed(claiming("D"), claiming("C"), 2, 8)),
    "presence": (mixed(move("C", outcome="timed-out"), move("C"), 3, 20),
                 mixed(move("C", outcome="timed-out"), move("C"), 2, 20)),
    "reciprocity": (([], [principle("reciprocity", 0.0, 0.29)]), ([], [principle("reciprocity", 0.0, 0.3)])),
}  # fmt: skip


HEARD = {"fair-play", "no-slander"}
"""What no act shows, but a hearing: tried on the shipped transcripts, and in test_accusations.py."""


def test_no_article_is_left_out() -> None:
    assert set(BROKEN_AND_JUST_NOT) | HEARD == {article.id for article in constitution().articles}


@pytest.mark.parametrize("article", BROKEN_AND_JUST_NOT)
def test_an_article_is_broken_by_acts_and_just_not_by_one_less(article: str) -> None:
    (acts, principles), (fewer, others) = BROKEN_AND_JUST_NOT[article]
    assert article in broken(acts, *principles)
    assert article not in broken(fewer, *others)


def test_with_too_few_observations_a_test_says_nothing() -> None:
    assert "good-faith" not in broken([move("D")] * 9) and "good-faith" in broken([move("D")] * 10)
    assert not broken([], principle("reciprocity", 0.0, 0.1, observations=19))
    assert not broken([], principle("reciprocity", 0.0, 0.1, identifiable=False))


def test_a_breach_says_why_and_cites_decisions_that_were_made() -> None:
    breach = broken([move("D")] * 20)["no-predation"]
    assert "unprovoked-defection is 1.00 over 20 observations, at most 0.80" in breach.reason
    assert breach.evidence and set(breach.evidence) <= {decision_id("g001", turn) for turn in range(1, 21)}


def test_answering_defection_with_defection_breaks_nothing() -> None:
    assert broken([move("D", before="CD"), move("D", before="DD")] * 20) == {}


def test_what_noise_made_of_an_intention_is_not_held_against_it() -> None:
    assert broken([move("C", executed="D")] * 40) == {}


def test_who_had_no_harmless_way_harms_nobody_needlessly() -> None:
    cornered = choice(harm_avoidance=-1.0)
    cornered["options"] = [{**option, "effects": {"harm-avoidance": -1.0}} for option in cornered["options"]]
    assert broken([cornered] * 20) == {}


def test_the_digest_follows_the_content() -> None:
    shipped = constitution()
    assert constitution_digest() == shipped.digest() == Constitution.model_validate(shipped.model_dump()).digest()
    assert shipped.model_copy(update={"version": shipped.version + 1}).digest() != shipped.digest()


@pytest.mark.parametrize(("change", "words"), [
    ({"tests": [{"measure": "kindness", "at_most": 0.1}]}, "measure 'kindness' is not known; known: "),
    ({"tests": [{"measure": "needless-harm"}]}, "a test is one of {measure, at_most}, "),
    ({"tests": [{"measure": "needless-harm", "at_most": 1.5}]}, "less than or equal to 1"),
    ({"tests": []}, "at least 1 item"),
    ({"severity": "mild"}, "'critical', 'major' or 'minor'"),
    ({"weight": 3}, "Extra inputs are not permitted"),
])  # fmt: skip
def test_a_constitution_that_cannot_be_meant_is_refused(change: dict[str, object], words: str) -> None:
    document = constitution().model_dump()
    document["articles"][0].update(change)
    with pytest.raises(ValidationError, match=words.replace("{", r"\{")):
        Constitution.model_validate(document)


def test_two_articles_with_one_id_are_refused() -> None:
    document = constitution().model_dump()
    document["articles"] = [*document["articles"], document["articles"][0]]
    with pytest.raises(ValidationError, match="same id"):
        Constitution.model_validate(document)
