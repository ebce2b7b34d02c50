"""Scenarios: every archetype is told well, nothing is left blank, and the seed alone decides what is drawn."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import Archetype, ScenarioPlan
from ethogram.games import (
    CONTEXTS,
    PRINCIPLES,
    Library,
    Pick,
    Template,
    generate,
    library,
    scenario_templates_digest,
    written,
)
from ethogram.games.lint import DECLARABLE
from ethogram.games.picks import TELLINGS

ARCHETYPES = get_args(Archetype)
TEMPLATES = [template for templates in library().templates.values() for template in templates]
BY_ID = {template.id: template for template in TEMPLATES}


def plan(*archetypes: str, stress: float = 0.3, count: int = 100) -> ScenarioPlan:
    return ScenarioPlan.model_validate({"archetypes": archetypes or ARCHETYPES, "count": count, "stress": stress})


def test_every_archetype_has_five_templates_with_ids_of_their_own() -> None:
    assert {archetype: len(library().templates[archetype]) for archetype in ARCHETYPES} == dict.fromkeys(ARCHETYPES, 5)
    assert len(BY_ID) == len(TEMPLATES) == 50


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_every_template_is_told_in_four_ways_with_the_same_blanks(template: Template) -> None:
    tellings = (template.story, *template.paraphrases, template.neutral)
    assert len(set(tellings)) == len(TELLINGS) == 4
    blanks = [set(re.findall(r"{(\w+)}", text)) for text in tellings]
    assert all(each == blanks[0] for each in blanks), "no telling says less than another"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_every_option_declares_what_it_does_to_whom(template: Template) -> None:
    for node in (template, *template.follow_ups):
        for option in node.options:
            assert set(option.effects) <= DECLARABLE and option.relations and option.stakeholders, option.id


def test_every_archetype_has_a_dilemma_with_a_follow_up_and_one_goes_five_deep() -> None:
    branching = {name for name, held in library().templates.items() if any(each.follow_ups for each in held)}
    assert branching == set(ARCHETYPES)
    assert max(_depth(template, template) for template in TEMPLATES) == 5


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_no_option_is_free_and_none_is_pointless(template: Template) -> None:
    for option in template.options:
        prices = [*option.effects.values(), *option.resources.values()]
        assert min(prices) < 0 < max(option.effects.values()), option.id
    leanings = Counter(option.leaning for option in template.options)
    assert leanings["C"] >= 1 <= leanings["D"]
    assert any(option.reciprocity for option in template.options)
    assert len(template.constraints) >= 2


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_every_principle_is_served_and_offended_somewhere(principle: str) -> None:
    if principle == "reciprocity":
        return  # made from the conduct: see test_reciprocity_turns_with_the_conduct
    effects = [option.effects.get(principle, 0) for template in TEMPLATES for option in template.options]
    assert min(effects) < 0 < max(effects)


def test_every_context_weighs_somewhere() -> None:
    assert set(CONTEXTS) == {context for template in TEMPLATES for context in template.contexts}
    assert len(CONTEXTS) == 8


@given(
    seed=st.integers(0, 2**53 - 1),
    turn=st.integers(1, 400),
    stress=st.floats(0, 1),
    archetype=st.sampled_from(ARCHETYPES),
)
def test_what_is_generated_is_whole(seed: int, turn: int, stress: float, archetype: str) -> None:
    made = generate(seed, plan(archetype, stress=stress), turn, library())
    assert "{" not in made.text and "}" not in made.text
    assert made.situation.archetype == archetype
    assert set(made.situation.contexts) == set(CONTEXTS)
    assert sum(made.situation.contexts.values()) == pytest.approx(1)
    assert {option.name for option in made.options} == {option.id for option in BY_ID[made.situation.template].options}
    assert made.option(made.default).id == made.default
    assert len({option.id for option in made.options}) == len(made.options)
    assert all(option.text in made.text and "{" not in option.text for option in made.options)
    assert all(-1 <= effect <= 1 for option in made.options for effect in option.effects.values())
    assert made == generate(seed, plan(archetype, stress=stress), turn, library()), "the seed decides"


def test_seeds_draw_different_names_stakes_and_orders() -> None:
    made = [generate(seed, plan("loyalty"), 1, library()) for seed in range(60)]
    assert len({scenario.text for scenario in made}) > 55
    assert len({scenario.situation.counterpart for scenario in made}) > 20
    orders = {tuple(option.name for option in s.options) for s in made if s.situation.template == "old-supplier"}
    assert len(orders) > 5


@settings(max_examples=20)
@given(seed=st.integers(0, 2**53 - 1))
def test_templates_come_round_and_conduct_is_balanced(seed: int) -> None:
    made = [generate(seed, plan("betrayal", "scarcity"), turn, library()) for turn in range(1, 21)]
    for archetype in ("betrayal", "scarcity"):
        mine = [scenario for scenario in made if scenario.situation.archetype == archetype]
        assert len({scenario.situation.template for scenario in mine[:5]}) == 5
        assert len({scenario.situation.template for scenario in mine[5:]}) == 5
        assert Counter(scenario.conduct for scenario in mine) == {"C": 5, "D": 5}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_stress_tightens_words_and_numbers(template: Template) -> None:
    only = Library(templates={"loyalty": (template,)}, pools=library().pools)
    calm, tense, tight = (generate(7, plan("loyalty", stress=stress), 1, only) for stress in (0, 0.5, 1))
    assert (calm.deadline_s is None) == (template.deadline is None)
    assert template.deadline is None or calm.deadline_s > tense.deadline_s > tight.deadline_s
    for name in template.resources:
        amounts = [made.situation.resources[name] for made in (calm, tense, tight)]
        assert amounts == sorted(amounts, reverse=True) and amounts[0] > amounts[2], name
    assert len(calm.text) < len(tense.text) < len(tight.text), "constraints are added"
    assert calm.text != tight.text


def test_reciprocity_turns_with_the_conduct() -> None:
    made = {
        scenario.conduct: scenario
        for turn in range(1, 21)
        if (scenario := generate(3, plan("scarcity"), turn, library())).situation.template == "shared-well"
    }
    assert set(made) == {"C", "D"}
    for conduct, scenario in made.items():
        for option in scenario.options:
            assert (option.effects["reciprocity"] > 0) == (option.leaning == conduct)


def test_the_digest_names_the_content() -> None:
    assert scenario_templates_digest() == scenario_templates_digest()
    assert len(scenario_templates_digest()) == 64


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_told_as_often_as_it_has_options_each_has_stood_in_each_place(template: Template) -> None:
    size = len(template.options)
    places = [
        [option.name for option in written(5, plan(), pick(template, told=told, number=told + 1), library()).options]
        for told in range(size)
    ]
    assert all(set(column) == {option.id for option in template.options} for column in zip(*places, strict=True))


def test_labels_do_not_stick_to_options_or_places() -> None:
    made = [generate(seed, plan("loyalty"), 1, library()) for seed in range(300)]
    mine = [scenario for scenario in made if scenario.situation.template == "old-supplier"]
    assert len({scenario.named("stay").id for scenario in mine}) > 8
    assert len({scenario.options[0].id for scenario in mine}) > 8
    assert not {"C", "D"} & {option.id for scenario in made for option in scenario.options}


def test_the_check_asks_about_the_text_and_its_right_answer_moves() -> None:
    asked = ScenarioPlan.model_validate({"archetypes": ["loyalty"], "count": 9, "check": True})
    rights = set()
    for seed in range(40):
        made = generate(seed, asked, 1, library())
        assert made.check is not None and made.right in made.check.answers
        assert made.check.question in made.text and "{" not in made.text
        rights.add(made.right)
    assert len(rights) > 1
    assert generate(1, plan("loyalty"), 1, library()).check is None


def test_a_follow_up_keeps_the_names_and_takes_what_was_spent() -> None:
    deep = ScenarioPlan.model_validate({"archetypes": ["scarcity"], "count": 1, "depth": 5, "stress": 0})
    template = BY_ID["snowed-in-hut"]
    first = written(3, deep, pick(template), library())
    assert first.opens == (first.named("one-room").id,)
    then = written(3, deep, pick(template, path=("one-room",)), library())
    assert then.situation.counterpart == first.situation.counterpart
    assert (then.situation.step, then.situation.depth) == ("first-night", 1)
    assert then.situation.resources["wood"] == first.situation.resources["wood"] - 14
    assert first.situation.resources["wood"] == 44 and "30 logs" in then.text


def test_no_follow_up_is_opened_beyond_the_depth_that_was_asked_for() -> None:
    assert written(3, plan("scarcity"), pick(BY_ID["snowed-in-hut"]), library()).opens == ()


@settings(max_examples=15)
@given(seed=st.integers(0, 2**53 - 1), count=st.integers(2, 40))
def test_a_retest_tells_the_first_half_again_in_other_words(seed: int, count: int) -> None:
    again = ScenarioPlan.model_validate({"archetypes": ["loyalty", "scarcity"], "count": count, "retest": True})
    half = (count + 1) // 2
    for number in range(1, count - half + 1):
        first, second = (generate(seed, again, one, library()) for one in (number, number + half))
        assert first.situation.template == second.situation.template
        assert first.conduct == second.conduct
        assert first.situation.telling != second.situation.telling
        assert [option.name for option in first.options] != [option.name for option in second.options]


def pick(template: Template, told: int = 0, number: int = 1, path: tuple[str, ...] = ()) -> Pick:
    return Pick(template=template.id, conduct="C", number=number, told=told, path=path)


def _depth(template: Template, node: object) -> int:
    steps = {step.id: step for step in template.follow_ups}
    return max((1 + _depth(template, steps[option.leads_to]) for option in node.options if option.leads_to), default=0)
