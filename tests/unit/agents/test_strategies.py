"""Built-in strategies: what they promise, and that inference knows the same players by the same names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.agents import STRATEGIES
from ethogram.agents.strategies import find
from ethogram.events import Chance
from ethogram.principles import dictionary as known
from ethogram.testing.agents import AgentConformance

NAMES = sorted(STRATEGIES)
JOINT = ("CC", "CD", "DC", "DD")
pasts = st.lists(st.sampled_from(JOINT), max_size=12).map(
    lambda past: ("".join(pair[0] for pair in past), "".join(pair[1] for pair in past))
)


@pytest.mark.parametrize("name", NAMES)
class TestConformance(AgentConformance):
    adapter = "builtin"

    @pytest.fixture(autouse=True)
    def _named(self, name: str) -> None:
        self.config = {"strategy": name}  # type: ignore[misc]


def test_the_ten_classics_are_there_under_all_their_names() -> None:
    aliases = {"ALLC", "ALLD", "TFT", "GRIM", "WSLS", "GTFT", "TF2T", "2TFT"}
    assert len(NAMES) == 10
    assert {alias for strategy in STRATEGIES.values() for alias in strategy.aliases} >= aliases
    assert find("tft") is STRATEGIES["tit-for-tat"] and find("2TFT") is STRATEGIES["two-tits-for-tat"]
    assert find("tit-for-tax") is None


@pytest.mark.parametrize(
    ("name", "own", "other", "expected"),
    [
        ("tit-for-tat", "CC", "CD", "D"), ("tit-for-tat", "CD", "DC", "C"), ("grim-trigger", "CDD", "DCC", "D"),
        ("win-stay-lose-shift", "C", "D", "D"), ("win-stay-lose-shift", "D", "D", "C"),
        ("win-stay-lose-shift", "D", "C", "D"), ("tit-for-two-tats", "CC", "CD", "C"),
        ("tit-for-two-tats", "CC", "DD", "D"), ("two-tits-for-tat", "CCD", "CDC", "D"),
        ("two-tits-for-tat", "CCDD", "CDCC", "C"), ("alternator", "C", "C", "D"), ("alternator", "CD", "CC", "C"),
        ("always-cooperate", "C", "D", "C"), ("always-defect", "", "", "D"),
    ],
)  # fmt: skip
def test_they_do_what_the_literature_says(name: str, own: str, other: str, expected: str) -> None:
    assert STRATEGIES[name].rule(own, other, Chance("any")) == expected


@pytest.mark.parametrize("name", NAMES)
@given(past=pasts)
def test_inference_knows_the_same_player_by_the_same_name(name: str, past: tuple[str, str]) -> None:
    automaton = next(one for one in known.STRATEGIES if one.name == name)
    state = 0
    for mine, theirs in zip(*past, strict=True):
        state = int(automaton.successors[state][JOINT.index(mine + theirs)])
    probability = automaton.cooperates[state]
    chance = Chance("any", past)
    expected = Chance("any", past).flip(probability) if 0 < probability < 1 else probability == 1
    assert (STRATEGIES[name].rule(*past, chance) == "C") == expected


@pytest.mark.parametrize("name", NAMES)
@given(past=pasts, older=pasts)
def test_they_look_back_as_far_as_they_say(name: str, past: tuple[str, str], older: tuple[str, str]) -> None:
    strategy = STRATEGIES[name]
    if strategy.memory is None or len(past[0]) < max(strategy.memory, 1):
        return
    longer = (older[0] + past[0], older[1] + past[1])
    assert strategy.rule(*longer, Chance("s")) == strategy.rule(*past, Chance("s"))


@pytest.mark.parametrize("name", NAMES)
def test_the_nice_ones_and_only_they_never_defect_first(name: str) -> None:
    strategy = STRATEGIES[name]
    acts = {strategy.rule("C" * turn, "C" * turn, Chance("s", turn)) for turn in range(60)}
    assert (acts == {"C"}) == strategy.nice


@pytest.mark.parametrize(("name", "share"), [("random", 0.5), ("generous-tit-for-tat", 1 / 3)])
def test_chance_keeps_its_odds(name: str, share: float) -> None:
    acts = [STRATEGIES[name].rule("C", "D", Chance("s", "turn", turn)) for turn in range(4_000)]
    assert abs(acts.count("C") / 4_000 - share) < 0.03  # four standard deviations


@pytest.mark.parametrize("name", NAMES)
def test_only_the_stochastic_ones_depend_on_the_seed(name: str) -> None:
    strategy = STRATEGIES[name]
    acts = {strategy.rule("CC", "DD", Chance(seed)) for seed in range(60)}
    assert (len(acts) == 2) == strategy.stochastic


def test_in_a_first_scenario_they_answer_the_present_conduct() -> None:
    acts = {name: STRATEGIES[name].rule("", "D", Chance("s")) for name in NAMES if not STRATEGIES[name].stochastic}
    assert {name for name, act in acts.items() if act == "D"} == {
        "always-defect", "grim-trigger", "tit-for-tat", "two-tits-for-tat", "win-stay-lose-shift"
    }  # fmt: skip
