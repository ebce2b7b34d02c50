"""What is read from stories: personalities, patterns, relations, lineage, contradictions, against known players."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import AgentId, BehaviourSnapshot, LineageChanged, PrinciplesInferred, Profile
from ethogram.principles import Observation, conclude, fit
from ethogram.principles.clusters import dbscan
from ethogram.principles.lineage import lineage
from ethogram.principles.pages import pages_of
from ethogram.principles.patterns import patterns, warped
from ethogram.principles.personalities import personalities
from ethogram.principles.relations import relations
from ethogram.principles.story import Story
from ethogram.principles.study import study
from ethogram.services.inference_worker.service import inference_worker
from ethogram.topology import command_record, drive

from .players import PLAYERS, SESSION, Player, as_seen, match, random, session, tit_for_tat

OPPONENTS = ("always-cooperate", "always-defect", "random", "alternator", "tit-for-tat", "win-stay-lose-shift")


def acts_of(player: Player, opponents: tuple[str, ...], rounds: int, noise: float, seed: str) -> list[Observation]:
    return [
        replace(act, counterpart=opponent, turn=turn)
        for number, opponent in enumerate(opponents)
        for turn, act in enumerate(
            as_seen(f"g{number:03d}", match(player, PLAYERS[opponent], rounds, noise, f"{seed}{number}")), 1
        )
    ]


def story_of(acts: list[Observation]) -> Story:
    story = Story()
    for act in acts:
        story = story.after(act)
    return story


def turncoat(own: str, other: str, chance: object) -> str:
    return "C" if len(own) < 100 else "D"


@pytest.mark.parametrize("name", sorted(PLAYERS))
def test_who_plays_one_strategy_has_one_personality_whomever_it_meets(name: str) -> None:
    story = story_of(acts_of(PLAYERS[name], OPPONENTS, 40, 0.05, name))
    (only,) = personalities(pages_of(story))
    assert only.name == "A" and only.share == 1 and only.acts == 240


def test_a_turncoat_has_two_and_it_is_told_when_it_turned() -> None:
    first, second = personalities(pages_of(story_of(acts_of(turncoat, ("random",), 200, 0.0, "t"))))
    spans = sorted((span.round, span.last_round) for one in (first, second) for span in one.spans)
    assert spans == [(1, 100), (101, 200)]
    assert {first.cooperation, second.cooperation} == {0.0, 1.0}


def test_it_is_told_in_which_context_a_personality_shows() -> None:
    acts: list[Observation] = []
    for number in range(6):
        name, opponent = ("tit-for-tat", "ann") if number % 2 else ("always-defect", "bob")
        played = match(PLAYERS[name], random, 40, 0.05, f"c{number}")
        acts += [replace(act, counterpart=opponent) for act in as_seen(f"g{number}", played)]
    found = personalities(pages_of(story_of(acts)))
    assert len(found) == 2 and sorted(tuple(one.contexts) for one in found) == [("with ann",), ("with bob",)]
    summary = conclude(
        fit(acts), SESSION, AgentId("a"), closing=True, study=study(pages_of(story_of(acts)), fit(acts))
    ).summary
    assert "It shows 2 personalities" in summary and "with ann" in summary


def test_patterns_are_courses_that_come_again() -> None:
    (first, *_) = patterns(pages_of(story_of(acts_of(tit_for_tat, ("tit-for-tat",) * 3, 40, 0.0, "p"))))
    assert first.shape == " ".join(["CC"] * 10) and first.share == 1 and first.games == 3
    assert first.words == "mutual cooperation" and (first.example.round, first.example.last_round) == (1, 10)
    echo = patterns(pages_of(story_of(acts_of(tit_for_tat, ("alternator",) * 3, 40, 0.0, "p"))))
    assert echo[0].words.startswith("alternation")


def test_a_window_warps_into_one_that_is_a_turn_late() -> None:
    early, late, other = (0, 0, 0, 3, 3, 3, 3, 3, 3, 3), (0, 0, 0, 0, 3, 3, 3, 3, 3, 3), (3,) * 10
    table = warped((early, late, other))
    assert table[0, 1] == 0 and table[0, 2] > 3 and (table == table.T).all()
    assert warped((early, late, other)) is table  # one matrix, kept


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30), st.integers(1, 4))
def test_clusters_are_those_of_scikit_learn(points: list[tuple[int, int]], least: int) -> None:
    from sklearn.cluster import DBSCAN

    table = np.sqrt(((np.array(points)[:, None] - np.array(points)[None]) ** 2).sum(axis=2))
    ours, theirs = dbscan(table, 3.0, least), DBSCAN(eps=3.0, min_samples=least, metric="precomputed").fit(table)
    core = theirs.core_sample_indices_
    assert (ours[core] == theirs.labels_[core]).all() and ((ours == -1) == (theirs.labels_ == -1)).all()


def test_relations_tell_with_whom_it_stands_alike() -> None:
    found = relations(
        pages_of(story_of(acts_of(tit_for_tat, ("tit-for-tat", "always-cooperate", "always-defect"), 40, 0, "r")))
    )
    assert [(one.kind, one.counterparts) for one in found] == [
        ("mutual cooperation", ("always-cooperate", "tit-for-tat")), ("mutual defection", ("always-defect",)),
    ]  # fmt: skip


def test_principles_are_born_and_die_and_fork_by_circumstance() -> None:
    line = lineage(pages_of(story_of(acts_of(turncoat, ("always-cooperate",), 200, 0.0, "l"))))
    told = [(change.change, change.act) for change in line.changes if change.principle == "cooperation"]
    assert told[0] == ("born", 10) and told[-1][0] == "died" and 100 < told[-1][1] <= 130
    forked = lineage(pages_of(story_of(acts_of(tit_for_tat, ("always-cooperate", "always-defect") * 3, 40, 0.0, "l"))))
    branches = {node.name: node for node in forked.tree if node.parent == "cooperation"}
    assert set(branches) == {"cooperation with always-cooperate", "cooperation with always-defect"}
    assert {"forked", "diverged"} <= {change.change for change in forked.changes}
    assert branches["cooperation with always-defect"].strength < 0.1


def test_nothing_is_told_of_the_lineage_of_who_stays_as_it_is_but_its_birth() -> None:
    line = lineage(pages_of(story_of(acts_of(PLAYERS["always-cooperate"], ("random",) * 4, 50, 0.0, "s"))))
    assert {change.change for change in line.changes} == {"born"}


def test_principles_of_one_circumstance_contradict_those_of_another_and_the_case_is_shown() -> None:
    acts = acts_of(tit_for_tat, ("always-cooperate", "always-defect") * 3, 40, 0.0, "x")
    found = conclude(fit(acts), SESSION, AgentId("a"), closing=True, study=study(pages_of(story_of(acts)), fit(acts)))
    (one,) = [each for each in found.contradictions if each.kind == "circumstances"]
    assert one.between == ("cooperation with always-cooperate", "cooperation with always-defect")
    assert one.severity > 0.8 and (one.game, one.turn) == ("g005", 40)
    assert "Concern" in found.summary


def test_what_is_claimed_is_held_against_what_is_done_with_the_worst_case() -> None:
    acts = [replace(act, claims=("cooperation", "patience"), evidence=f"d{act.turn}")
            for act in acts_of(turncoat, ("always-cooperate",), 105, 0.0, "q")]  # fmt: skip
    found = conclude(fit(acts), SESSION, AgentId("a"), closing=True)
    claims = {claim.principle: claim for claim in found.claims}
    assert (claims["cooperation"].stated, claims["cooperation"].kept, claims["cooperation"].broken) == (105, 100, 5)
    assert claims["cooperation"].enacted is not None and claims["cooperation"].enacted > 0.9
    assert (claims["patience"].kept, claims["patience"].broken, claims["patience"].enacted) == (0, 0, None)
    loud = [replace(act, claims=("cooperation",)) for act in acts[95:]]
    worst = conclude(fit(loud), SESSION, AgentId("a"), closing=True).contradictions[0]
    assert worst.kind == "claim" and worst.severity == 0.5 and worst.turn == 105 and worst.edge == "d105"


def test_two_principles_that_are_lived_but_part_contradict_each_other() -> None:
    acts = acts_of(PLAYERS["generous-tit-for-tat"], ("alternator",) * 8, 40, 0.0, "w")
    found = conclude(fit(acts), SESSION, AgentId("a"), closing=True).contradictions
    pulling = {one.between for one in found if one.kind == "principles"}
    assert ("cooperation", "reciprocity") in pulling or ("cooperation", "retaliation") in pulling
    assert all(one.edge and 0 <= one.severity <= 1 for one in found)


@settings(max_examples=8)
@given(st.permutations([name for name in ("g1", "g2", "g3") for _ in range(30)]))
def test_what_is_read_does_not_depend_on_how_games_interleave(order: list[str]) -> None:
    who = {"g1": "tit-for-tat", "g2": "random", "g3": "always-defect"}
    games = {name: as_seen(name, match(PLAYERS[who[name]], random, 30, 0.1, name)) for name in who}
    lines = {name: iter([replace(act, turn=turn, claims=("niceness",)) for turn, act in enumerate(acts, 1)])
             for name, acts in games.items()}  # fmt: skip
    mixed = [next(lines[name]) for name in order]
    straight = sorted(mixed, key=lambda act: (act.game, act.turn))
    one, other = (
        conclude(fit(acts), SESSION, AgentId("a"), closing=True, measured=(1, 0.1, 1.0),
                 study=study(pages_of(story_of(acts)), fit(acts)))
        for acts in (mixed, straight)
    )  # fmt: skip
    left_out = {"switches"}  # the closing word reads these from the story, see the next test
    assert one.model_dump(exclude=left_out) == other.model_dump(exclude=left_out)


def test_the_closing_word_of_a_session_is_the_same_however_its_matches_interleave() -> None:
    agents = {"a": tit_for_tat, "b": random, "c": PLAYERS["grim-trigger"]}
    matches = session(agents, 25, 0.05, "i")
    mixed = [match_[turn] for turn in range(25) for match_ in matches]
    profiles = {AgentId(name): Profile(acts=50, cooperations=0, entropy=0) for name in agents}
    closing = BehaviourSnapshot(session_id=SESSION, turns=75, closing=True, profiles=profiles)
    told = []
    for order in ([turn for match_ in matches for turn in match_], mixed):
        driver = drive(inference_worker, [command_record(event) for event in (*order, closing)])
        assert not driver.rejected
        events = [record.event for record in driver.emitted]
        told.append([event.body() for event in events if isinstance(event, PrinciplesInferred) and event.closing])
        lines = [event for event in events if isinstance(event, LineageChanged) and event.closing]
        assert [event.agent_id for event in lines] == ["a", "b", "c"]
    assert told[0] == told[1] and len(told[0]) == 3


def test_a_story_is_bounded_and_what_is_kept_depends_on_what_was_played_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethogram.principles.story.MOST_ACTS", 400)
    monkeypatch.setattr("ethogram.principles.story.MOST_GAMES", 20)

    def act(game: str, turn: int) -> Observation:
        return Observation(game=game, intended="C", executed="C", other="D", turn=turn)

    long = [act(f"g{game}", turn) for game in range(3) for turn in range(1, 201)]
    woven = [act(f"g{game}", turn) for turn in range(1, 201) for game in range(3)]
    one, other = story_of(long), story_of(woven)
    assert one.acts == other.acts == 399
    assert {name: (len(tale.done), tale.gone) for name, tale in one.tales.items()} == {
        name: (len(tale.done), tale.gone) for name, tale in other.tales.items()
    }
    many = story_of([act(f"g{game:02d}", turn) for game in range(30) for turn in range(1, 31)])
    back = story_of([act(f"g{game:02d}", turn) for turn in range(1, 31) for game in range(29, -1, -1)])
    assert len(many.tales) == 20 and many.acts == back.acts == 400
    assert sorted(many.tales) == sorted(back.tales) and min(many.tales) == "g10"
    assert Story.model_validate_json(many.model_dump_json()) == many
