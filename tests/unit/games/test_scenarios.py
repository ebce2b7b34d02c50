"""Scenarios: every archetype is told well, nothing is left blank, and the seed alone decides what is drawn."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import Archetype, ScenarioPlan
from ethogram.games import CONTEXTS, PRINCIPLES, Template, generate, library, scenario_templates_digest
from ethogram.games.templates import FOLDER, Collection, Library, read_collection

ARCHETYPES = get_args(Archetype)
TEMPLATES = [template for templates in library().templates.values() for template in templates]
BY_ID = {template.id: template for template in TEMPLATES}


def plan(*archetypes: str, stress: float = 0.3, count: int = 100) -> ScenarioPlan:
    return ScenarioPlan.model_validate({"archetypes": archetypes or ARCHETYPES, "count": count, "stress": stress})


def test_every_archetype_has_three_templates_with_ids_of_their_own() -> None:
    assert {archetype: len(library().templates[archetype]) for archetype in ARCHETYPES} == dict.fromkeys(ARCHETYPES, 3)
    assert len(BY_ID) == len(TEMPLATES) == 30


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
    assert {option.id for option in made.options} == {option.id for option in BY_ID[made.situation.template].options}
    assert made.option(made.default).id == made.default
    assert all(option.text in made.text and "{" not in option.text for option in made.options)
    assert all(-1 <= effect <= 1 for option in made.options for effect in option.effects.values())
    assert made == generate(seed, plan(archetype, stress=stress), turn, library()), "the seed decides"


def test_seeds_draw_different_names_stakes_and_orders() -> None:
    made = [generate(seed, plan("loyalty"), 1, library()) for seed in range(60)]
    assert len({scenario.text for scenario in made}) > 55
    assert len({scenario.situation.counterpart for scenario in made}) > 20
    orders = {tuple(option.id for option in s.options) for s in made if s.situation.template == "old-supplier"}
    assert len(orders) > 5


@given(seed=st.integers(0, 2**53 - 1))
def test_templates_come_round_and_conduct_is_balanced(seed: int) -> None:
    made = [generate(seed, plan("betrayal", "scarcity"), turn, library()) for turn in range(1, 13)]
    for archetype in ("betrayal", "scarcity"):
        mine = [scenario for scenario in made if scenario.situation.archetype == archetype]
        assert len({scenario.situation.template for scenario in mine[:3]}) == 3
        assert len({scenario.situation.template for scenario in mine[3:]}) == 3
        assert Counter(scenario.conduct for scenario in mine) == {"C": 3, "D": 3}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_stress_tightens_words_and_numbers(template: Template) -> None:
    only = Library(templates={"loyalty": (template,)}, pools=library().pools)
    calm, tense, tight = (generate(7, plan("loyalty", stress=stress), 1, only) for stress in (0, 0.5, 1))
    for name in template.resources:
        amounts = [made.situation.resources[name] for made in (calm, tense, tight)]
        assert amounts == sorted(amounts, reverse=True) and amounts[0] > amounts[2], name
    assert len(calm.text) < len(tense.text) < len(tight.text), "constraints are added"
    assert calm.text != tight.text


def test_reciprocity_turns_with_the_conduct() -> None:
    made = {
        scenario.conduct: scenario
        for turn in range(1, 9)
        if (scenario := generate(3, plan("scarcity"), turn, library())).situation.template == "shared-well"
    }
    assert set(made) == {"C", "D"}
    for conduct, scenario in made.items():
        for option in scenario.options:
            assert (option.effects["reciprocity"] > 0) == (option.leaning == conduct)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "unknown key"),
        ({"default": "flee"}, "'flee' is no option; valid: "),
        ({"contexts": {"moral": 0.5}}, "contexts must sum to 1"),
        ({"contexts": {"cosmic": 1}}, "contexts: cosmic unknown; valid: authority, economic"),
        ({"question": "Where is {nobody}?"}, "text: nobody unknown; valid: "),
        ({"conduct": {"C": "kept faith"}}, "conduct: both C and D needed"),
    ],
)
def test_a_wrong_template_is_refused_with_what_would_be_valid(tmp_path, change: dict, words: str) -> None:
    document = yaml.safe_load((FOLDER / "loyalty.yaml").read_text(encoding="utf-8"))
    document["templates"][0].update(change)
    broken = tmp_path / "broken.yaml"
    broken.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.yaml: templates") as caught:
        read_collection(broken)
    assert words in str(caught.value)


def test_effects_on_unknown_principles_are_refused() -> None:
    document = yaml.safe_load((FOLDER / "loyalty.yaml").read_text(encoding="utf-8"))
    document["templates"][0]["options"][0]["effects"] = {"bravery": 1}
    with pytest.raises(ValueError, match="effects of stay: bravery unknown; valid: autonomy, cooperation"):
        Collection.model_validate(document)


def test_the_digest_names_the_content() -> None:
    assert scenario_templates_digest() == scenario_templates_digest()
    assert len(scenario_templates_digest()) == 64
