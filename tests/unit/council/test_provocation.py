"""A grudge is no offence, a first strike is one, and treatment is compared only where the conduct was alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from ethogram.council import Conduct
from ethogram.events import BehaviourObserved
from tests.unit.council.sessions import move, turns

Player = Callable[[str, str], str]
"""From the own and the other's actions so far to the next one."""


def always(action: str) -> Player:
    return lambda own, other: action


def grim(own: str, other: str) -> str:
    return "D" if "D" in other else "C"


def tit_for_tat(own: str, other: str) -> str:
    return other[-1:] or "C"


def predator(own: str, other: str) -> str:
    """Strikes first, and takes the answer as an excuse for ever."""
    return "C" if len(own) in (2, 3) else "D"


def scripted(actions: str) -> Player:
    return lambda own, other: actions[len(own) % len(actions)]


def played(me: Player, other: Player, rounds: int = 30, name: str = "b", game: str = "g001") -> list[BehaviourObserved]:
    """What the council hears of a match of `me` against `other`, from the side of `me`."""
    mine = theirs = ""
    acts = []
    for _ in range(rounds):
        acts.append(move(me(mine, theirs), before=mine[-1:] + theirs[-1:], counterpart=name))
        mine, theirs = mine + me(mine, theirs), theirs + other(theirs, mine)
    observed = turns(acts, game=game)
    return [*observed[:-1], observed[-1].model_copy(update={"last": True})]


def heard(observed: Iterable[BehaviourObserved]) -> Conduct:
    conduct = Conduct()
    for turn in observed:
        conduct = conduct.after(turn.acts[0], turn)
    return conduct


def unprovoked(*matches: list[BehaviourObserved]) -> tuple[int, int]:
    """Defections without cause, and how often there was none."""
    tally = heard(turn for match in matches for turn in match).tallies["unprovoked-defection"]
    return tally.taken, tally.chances


@pytest.mark.parametrize("other", ["CCCD", "CDCCC", "DCCCC"])
def test_punishing_for_ever_who_began_is_provoked_also_after_it_cooperates_again(other: str) -> None:
    assert unprovoked(played(grim, scripted(other)))[0] == 0


def test_a_defection_on_a_first_move_is_unprovoked() -> None:
    assert unprovoked([turns([move("D", before="")])[0]]) == (1, 1)
    assert unprovoked(played(always("D"), always("D"))) == (1, 1)
    assert (
        heard(turn for place in range(10) for turn in played(always("D"), tit_for_tat, game=f"g{place}"))
        .measures()["unprovoked-defection"]
        .value
        == 1.0
    )


def test_who_strikes_first_gains_no_licence_from_the_retaliation() -> None:
    taken, chances = unprovoked(played(predator, scripted("CDCCCC")))
    assert taken > 15 and chances > 20


def test_an_old_quarrel_excuses_nothing_in_another_game() -> None:
    assert unprovoked(played(grim, always("D")), played(always("D"), always("C"), game="g002")) == (30, 31)


def test_a_default_for_a_missing_answer_is_no_first_strike() -> None:
    silent = turns([move("D", before="", outcome="timed-out"), move("C", before="DC"), move("D", before="CD"),
                    move("D", before="DC")])  # fmt: skip
    assert unprovoked(silent) == (0, 1)


def test_only_live_games_in_which_anybody_defected_take_room() -> None:
    conduct = Conduct()
    for place in range(50):
        for turn in played(grim, scripted("CCCD"), rounds=6, game=f"g{place}"):
            conduct = conduct.after(turn.acts[0], turn)
            assert len(conduct.live) <= 1
    assert conduct.live == {}
    assert heard(played(always("C"), always("C"))[:-1]).live == {}


def test_games_that_interleave_are_kept_apart() -> None:
    first, second = played(grim, scripted("CCD")), played(grim, always("C"), name="c", game="g002")
    mixed = [turn for pair in zip(first, second, strict=True) for turn in pair]
    assert heard(mixed).measures() == heard([*first, *second]).measures()


@pytest.mark.parametrize("player", [grim, tit_for_tat])
@pytest.mark.parametrize("other", [always("D"), scripted("CCCD"), scripted("CCCCCCDC")])
def test_answering_different_conduct_differently_is_equal_treatment(player: Player, other: Player) -> None:
    conduct = heard([*played(player, always("C")), *played(player, other, name="c", game="g002")])
    assert conduct.measures().get("unequal-treatment", (0.0,))[0] == 0.0


def test_exploiting_only_who_never_answers_is_unprovoked_but_no_respect_of_persons() -> None:
    """It exploits whoever never answers and spares whoever does: unprovoked, but not for a name's sake."""

    def prober(own: str, other: str) -> str:
        return "D" if not own or "D" not in other else tit_for_tat(own, other)

    conduct = heard([*played(prober, always("C")), *played(prober, tit_for_tat, name="c", game="g002")])
    assert conduct.measures()["unprovoked-defection"].value > 0.9
    assert "unequal-treatment" not in conduct.measures()


def test_treating_like_conduct_differently_is_seen_on_first_moves_too() -> None:
    kind = [played(always("C"), always("C"), 2, "b", f"g{place}") for place in range(5)]
    cruel = [played(always("D"), always("C"), 2, "c", f"h{place}") for place in range(5)]
    found = heard(turn for match in [*kind, *cruel] for turn in match).measures()["unequal-treatment"]
    assert found.value == 1.0 and found.observations == 2 and found.evidence
