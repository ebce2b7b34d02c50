"""The live page where people meet the council: arena, approvals, chat, ratings, titles, alerts, and hostile answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, text
from sqlalchemy.pool import NullPool

from ethogram.objectives import Alert
from ethogram.runtime import clock
from ethogram.runtime.store import alerts, tables
from ethogram.runtime.store.performance import ONE_AT_A_TIME
from tests.browser import Tab, chromium
from tests.page import keep, post, visit
from tests.running import Running

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium: apt-get install chromium")

HONEST = {"adapter": "builtin", "config": {"strategy": "arena-honest"}}
ARENA: dict[str, Any] = {
    "name": "of the page", "seed": 3,
    "agents": [
        *({"id": name, **HONEST} for name in ("ant", "bee", "cicada")),
        {"id": "drone", "adapter": "builtin", "config": {"strategy": "arena-cheat", "cheat": "lie"}},
    ],
    "arena": {"rounds": 4, "cull": 3, "title": "of the page"},
}  # fmt: skip
POLICIES = """
policies:
  - {name: ask first, about: [start], trainings: [page-asked], then: reject, chain: [{role: operator, seconds: 600}]}
"""
LOUD = """
def loud(observation):
    said = "<img src=x onerror='window.owned=1'><script>window.owned=1</script>\\x1b[2J\\u202e"
    return {"option": observation.options[0].id, "reasoning": said + "x" * 1_000_000, "claims": [said]}
"""


def _agents(*names: str) -> list[dict[str, Any]]:
    return [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in names]


def _look(tab: Tab, name: str) -> None:
    """Keep what is shown in light, and dark on a phone, where it has to fit."""
    keep(tab, name, "light")
    tab.shape(390, 844, dark=True)
    tab.until("document.documentElement.scrollWidth <= 390")
    keep(tab, name, "phone")
    tab.shape(1280, 900)


def test_the_arena_is_followed_and_ratings_and_titles_show_what_came_of_it(tab: Tab, running: Running) -> None:
    session = post(running, "/v1/sessions", ARENA)["session_id"]
    visit(tab, running, f"session/{session}/arena")
    tab.until("document.querySelector('.session-head .pill').innerText === 'completed'")  # followed live all along
    told = running.json("report", session)["arena"]
    assert tab.value("document.querySelector('main .champion').innerText") == told["narration"]
    rows = "[...document.querySelectorAll('.floor tbody tr')]"
    drone = tab.value(f"{rows}.find((one) => one.innerText.includes('drone')).innerText")
    assert "convicted" in drone and "case 1" in drone
    first = tab.value(f"{rows}[0].innerText")
    assert told["champion"] in first and "champion" in first
    assert tab.value("document.querySelectorAll('.hearing').length") == len(told["hearings"]) > 0
    tab.value("document.querySelector('.hearing summary').click()")
    tab.sees(told["hearings"][0]["transcript"][0]["words"])
    tab.sees("upheld")
    tab.sees(told["rounds"][0]["narration"])
    _look(tab, "session/arena")
    visit(tab, running, f"session/{session}/arena")  # and once more from what is kept
    tab.sees(told["rounds"][0]["narration"])
    visit(tab, running, "standings/titles")
    asked = "fetch('/v1/titles').then((told) => told.text()).then((told) => { window.titles = told; })"
    tab.until(f"{asked} && window.titles?.includes('of the page')")  # the training names the title; the ladder follows
    visit(tab, running, "standings/titles")
    tab.sees(told["champion"])
    _look(tab, "standings/titles")
    visit(tab, running, "standings/ratings")
    tab.until("document.querySelectorAll('tbody tr svg').length >= 4")
    _look(tab, "standings/ratings")


def test_a_session_is_approved_and_spoken_with(tab: Tab, running: Running) -> None:
    (running.home / "approvals.yaml").write_text(POLICIES, encoding="utf-8")
    agents = [{"id": "me", "adapter": "human"}, *_agents("tit-for-tat")]
    training = {"name": "page-asked", "agents": agents, "games": [{"game": "prisoners-dilemma", "rounds": 2}]}
    session = post(running, "/v1/sessions", training)["session_id"]
    visit(tab, running, "people/approvals")
    tab.sees("ask first")
    _look(tab, "people/approvals")
    mine = f"[...document.querySelectorAll('.question')].find((one) => one.innerText.includes('{session[:8]}'))"
    tab.until(
        f"{mine} && ([...{mine}.querySelectorAll('button')].find((one) => one.innerText === 'Approve').click(), true)"
    )
    tab.write(".asking input[name=reason]", "go on")
    tab.value("document.querySelector('.asking').requestSubmit()")
    tab.until(f"!{mine}")
    tab.value("document.querySelector('main input[type=checkbox]').click()")
    tab.sees("decided: go on")
    visit(tab, running, f"session/{session}/chat")
    tab.until("!document.querySelector('.chat button').disabled")
    for words in ("Will you keep faith?", "<script>window.owned=1</script>\x1b[2J"):
        tab.write(".chat input[name=words]", words)
        tab.value("document.querySelector('.chat form').requestSubmit()")
    tab.until("document.querySelectorAll('.said .told').length === 2")
    assert "\x1b" not in tab.text() and tab.value("window.owned ?? null") is None
    _look(tab, "session/chat")
    visit(tab, running, f"session/{session}/chat")
    tab.until("document.querySelectorAll('.said .told').length === 2")
    post(running, f"/v1/sessions/{session}/cancel", {"actor": "ann", "reason": "seen enough"})
    running.await_state(session, "cancelled")


def test_an_answer_of_a_million_hostile_letters_does_nothing(tab: Tab, running: Running) -> None:
    module = running.project / "agents" / "loud.py"
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(LOUD, encoding="utf-8")
    agents = [{"id": "loud", "adapter": "python", "config": {"callable": "agents.loud:loud"}}, *_agents("tit-for-tat")]
    training = {"name": "loud", "agents": agents, "games": [{"game": "prisoners-dilemma", "rounds": 1}]}
    session = post(running, "/v1/sessions", training)["session_id"]
    running.await_state(session, "completed")
    visit(tab, running, f"session/{session}/turns/1")
    tab.until("document.querySelector('.answer')")
    tab.sees(" ms")  # how long it took
    for view in ("turns/1", "records", "agents", "council"):
        visit(tab, running, f"session/{session}/{view}")
        told = tab.text()
        assert len(told) < 60_000 and not {"\x1b", "\u202e"} & set(told), view
        assert tab.value(
            "[document.querySelectorAll('script').length, document.querySelectorAll('main img').length]"
        ) == [1, 0]
        assert tab.value("window.owned ?? null") is None, view
    _look(tab, "session/loud")


def test_an_alert_is_acknowledged(tab: Tab, running: Running) -> None:
    engine = create_engine(running.settings.database_url, poolclass=NullPool)  # closing ends the lock
    with engine.connect() as connection:
        # nobody judges meanwhile: what is wrong with nothing would end
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": ONE_AT_A_TIME})
        now = clock.utc()
        alerts.save(connection, [Alert("ServiceDown", "the page", "ticket", "of a test", now, now, now)])
        connection.commit()
        visit(tab, running, "operation/alerts")
        mine = "[...document.querySelectorAll('.question')].find((one) => one.innerText.includes('the page'))"
        tab.until(f"{mine} && ({mine}.querySelector('button').click(), true)")
        tab.write(".asking input[name=reason]", "on it")
        tab.value("document.querySelector('.asking').requestSubmit()")
        tab.until(f"{mine} && {mine}.innerText.includes('knows of it: on it')")
        _look(tab, "operation/alerts")
        connection.execute(delete(tables.alerts).where(tables.alerts.c.subject == "the page"))
        connection.commit()


CARD = """(async (record) => {
  const { html, render } = await import('/web/ui.js');
  const { keep, newScene, stateAfter } = await import('/web/scene.js');
  const { AgentCards } = await import('/web/ethogram.js');
  const { Turns } = await import('/web/turns.js');
  const scene = newScene('s');
  const told = (kind, event, id) => keep(scene, { type: `ethogram.${kind}.v1`, event, id });
  const at = { game_id: 'g', turn: 1 };
  const action = { agent_id: record.agent_id, seat: 0, executed: 'C', intended: 'C', payoff: 1, outcome: 'chosen' };
  told('turn.resolved', { ...at, number: 1, kind: 'game', actions: [action] });
  told('decision.made', { ...at, seat: 0, reasoning: 'because', latency_ms: 412.5, tokens: 120, cost_micros: 2500,
    calls: [{}], confidence: 0.75 }, 'd');
  told('principles.inferred', record);
  const box = document.createElement('div');
  document.body.replaceChildren(box);
  render(html`<div><${AgentCards} scene=${scene} then=${stateAfter(scene, 1)} />
    <${Turns} scene=${scene} count=${1} number=${1} /></div>`, box);
  await new Promise((done) => setTimeout(done, 300));
  const all = (what) => [...box.querySelectorAll(what)];
  return { lives: all('.life').length, ended: all('.life.dead').length, heads: all('h3').map((one) => one.innerText),
    alarms: all('.alarm').map((one) => one.parentNode.innerText), facts: all('.answer .facts')[0].innerText,
    why: all('blockquote')[0].innerText };
})(%s)"""


def test_lineage_labels_alarms_reasons_and_what_an_answer_cost_are_shown(tab: Tab, running: Running) -> None:
    path = Path(__file__).parents[2] / "schemas" / "examples" / "ethogram.principles.inferred.v1" / "valid-closing.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    tree = [{"name": "niceness", "born": 2, "strength": 0.9},
            {"name": "niceness with bo", "parent": "niceness", "born": 4, "died": 8, "strength": 0.2}]  # fmt: skip
    record |= {"lineage": {"changes": [], "tree": tree},
               "switches": [{"round": 9, "posterior": 0.97, "before": "tit-for-tat", "after": "bully"}]}  # fmt: skip
    visit(tab, running, "")
    shown = tab.value(CARD % json.dumps(record))
    assert (shown["lives"], shown["ended"]) == (2, 1)
    assert shown["alarms"] == [
        "switch Changes its conduct after 9 choices (probability 0.97): from tit-for-tat to bully."
    ]
    assert {"Labels", "Lineage", "Plays like"} <= set(shown["heads"])
    for words in ("412.5 ms", "confidence 0.75", "1 model calls", "120 tokens", "$0.0025"):
        assert words in shown["facts"]
    assert shown["why"] == "because"
