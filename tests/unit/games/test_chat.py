"""The chat of a session: numbered without gap, told to whom it is addressed and to nobody else, answered by agents."""

from __future__ import annotations

from ethogram.events import AuditLogged, ChatSaid, SayInChat, ScenarioPresented
from ethogram.topology import command_record
from tests.unit.games.people import asked, refusal, stage
from tests.unit.games.stage import decide
from tests.unit.games.test_overrides import facts, play_on


def test_words_are_numbered_and_those_to_an_agent_are_told_with_its_next_turn_to_it_alone() -> None:
    director = stage()
    director.feed(asked(SayInChat, "ann", command_id="1", text="Welcome."))
    director.feed(asked(SayInChat, "ann", command_id="2", text="Why so harsh?", to="a"))
    play_on(director)
    play_on(director)
    first, second = facts(director, ChatSaid)
    assert [(each.number, each.who, each.to, each.game_id, each.turn) for each in (first, second)] == [
        (1, "ann", None, None, None), (2, "ann", "a", "g001", 2),
    ]  # fmt: skip
    _, told, later = facts(director, ScenarioPresented)
    mine, others = told.seats
    assert mine.text == "A message from ann: Why so harsh?" and others.text is None
    assert "harsh" not in told.text and "harsh" not in str(later.seats) and "Welcome" not in str(told)


def test_an_agent_that_was_spoken_to_answers_with_its_reasons_and_once() -> None:
    director = stage()
    director.feed(asked(SayInChat, "ann", text="Why?", to="a"))
    play_on(director)
    for _ in range(2):
        last = facts(director, ScenarioPresented)[-1]
        for seat in (0, 1):
            said = decide(last, seat).model_copy(update={"reasoning": f"seat {seat} thought"})
            director.feed(command_record(said, source="/ethogram/agent-runner"))
    question, answer = facts(director, ChatSaid)
    assert (answer.number, answer.who, answer.text, answer.answers) == (2, "a", "seat 0 thought", question.number)


def test_what_cannot_be_said_is_refused_in_words_and_stands_in_the_audit_log() -> None:
    director = stage()
    nobody = refusal(director, asked(SayInChat, "ann", command_id="1", text="Hello", to="z"))
    assert nobody is not None and nobody.code == "unknown-agent" and "it has a, b" in nobody.message
    stranger = refusal(director, asked(SayInChat, "mallory", command_id="2", text="Hello"))
    assert stranger is not None and stranger.code == "no-authority"
    lines = [line for line in facts(director, AuditLogged) if line.what == SayInChat.TYPE]
    assert len(lines) == 2 and all(line.verdict.startswith("refused: ") for line in lines)
    for _ in range(5):
        play_on(director)
    late = refusal(director, asked(SayInChat, "ann", command_id="3", text="Hello", to="a"))
    assert late is not None and late.code == "no-turn-left"
    assert refusal(director, asked(SayInChat, "ann", command_id="4", text="Well played.")) is None, "it is judged still"
    assert not facts(director, ChatSaid)[:-1]
