"""What a spectator sees of a session follows from its events alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import ethogram.events as e
from ethogram.client import Marks, Scene, event_of, followed_topics
from ethogram.topology import catalogue

S = e.SessionId("0b9f2f4e-0000-4000-8000-000000000001")
AGENTS = tuple(e.AgentSpec(id=e.AgentId(name), adapter="builtin") for name in ("a", "b"))
RULES = e.GameRules(
    game_id=e.GameId("g001"), game="prisoners-dilemma", players=(e.AgentId("a"), e.AgentId("b")), rounds=3, noise=0,
    actions=("C", "D"), payoffs={"CC": (3, 3)},
)  # fmt: skip
VERSIONS = e.Versions(ethogram="0", templates="", constitution="", dictionary="")
ADMITTED = e.SessionAdmitted(
    session_id=S, name="t", mode="auto", seed=1, agents=AGENTS, games=(RULES,), versions=VERSIONS,
    scenarios=e.ScenarioPlan(archetypes=("loyalty",), count=4),
)  # fmt: skip


def _act(agent: str, executed: str) -> e.Act:
    return e.Act(
        seat=0, agent_id=e.AgentId(agent), counterpart="x", number=1, outcome="chosen", intended=executed,
        executed=executed, before="", others="C", payoff=3, decision_id=e.EventId("d"),
    )  # fmt: skip


def _observed(kind: e.Kind, *acts: e.Act, options: tuple[e.Option, ...] = ()) -> e.BehaviourObserved:
    return e.BehaviourObserved(
        session_id=S, game_id=e.GameId("g001"), turn=1, kind=kind, number=1, turn_id=e.EventId("t"), acts=acts,
        options=options, last=False,
    )  # fmt: skip


def _shown(*events: e.Event) -> Scene:
    scene = Scene(S)
    for event in events:
        scene.show(event)
    return scene


def test_admission_says_how_many_turns_there_will_be() -> None:
    scene = _shown(ADMITTED)
    assert (scene.name, scene.state, scene.planned, list(scene.agents)) == ("t", "running", 3 + 2 * 4, ["a", "b"])


def test_cooperation_counts_leanings_of_options_in_scenarios_and_actions_in_games() -> None:
    options = (e.Option(id="share", text="", leaning="C"), e.Option(id="keep", text="", leaning="D"))
    scene = _shown(
        ADMITTED,
        _observed("game", _act("a", "C"), _act("b", "D")),
        _observed("scenario", _act("b", "share"), options=options),
    )
    assert scene.agents["a"].cooperation == 1 and scene.agents["b"].cooperation == 0.5
    assert scene.agents["a"].recent == "C" and scene.agents["b"].recent == "D"


def test_a_session_that_completes_after_a_cancel_ends_cancelled() -> None:
    finished = e.SessionFinished(session_id=S, turns=1, cancelled=True, reason="enough")
    scene = _shown(ADMITTED, finished, e.SessionCompleted(session_id=S, cancelled=True))
    assert scene.ended and (scene.state, scene.reason) == ("cancelled", "enough")


def test_a_pause_shows_and_goes_away() -> None:
    paused = e.SessionPaused(session_id=S, command_id="c", actor="ann", reason="look")
    assert _shown(ADMITTED, paused).state == "paused"
    assert _shown(ADMITTED, paused, e.SessionResumed(session_id=S, command_id="d", actor="ann")).state == "running"


def test_a_frame_of_a_later_release_is_passed_over() -> None:
    assert event_of({"type": "ethogram.session.admitted.v9", "event": {}}) is None
    assert event_of({"type": ADMITTED.TYPE, "event": ADMITTED.model_dump(mode="json")}) == ADMITTED


@given(st.dictionaries(st.sampled_from(followed_topics(catalogue())), st.integers(0, 2**40)))
def test_marks_survive_their_text(offsets: dict[str, int]) -> None:
    topics = followed_topics(catalogue())
    marks = Marks(topics, dict(offsets))
    back = Marks.parse(str(marks), topics)
    assert all(
        back.seen(topic, offset - 1) and not back.seen(topic, offset) for topic, offset in offsets.items() if offset
    )
    assert str(back) == str(marks)


@given(st.text())
def test_marks_of_nonsense_begin_at_the_beginning(text: str) -> None:
    topics = followed_topics(catalogue())
    marks = Marks.parse(text, topics)
    assert marks.next_offset == {} or str(marks).count(".") == len(topics) - 1
