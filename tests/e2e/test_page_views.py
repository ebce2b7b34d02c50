"""Every view of the live page over one session that has everything: what it shows, what can be done, that it is open to
everybody; two browsers at once, and a gateway that is killed meanwhile."""

from __future__ import annotations

import os
import signal

import pytest
from confluent_kafka import Producer

from tests.browser import Tab, browser, chromium
from tests.page import keep, post, visit
from tests.running import ROOT, Running

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium: apt-get install chromium")

AXE = (ROOT / "tests" / "vendor" / "axe-4.11.0.min.js").read_text(encoding="utf-8")
SERIOUS = """(async () => {
  const told = await axe.run(document, { resultTypes: ['violations'] });
  return told.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
})()"""
STRATEGIES = ("tit-for-tat", "always-defect", "grim-trigger", "always-cooperate")
CAST = [{"id": name, "adapter": "builtin", "config": {"strategy": name}} for name in STRATEGIES]
DUEL = {"game": "prisoners-dilemma", "rounds": 2}
EVERYTHING = {
    "name": "everything", "seed": 5, "agents": CAST, "scenarios": {"archetypes": ["loyalty"], "count": 1},
    "games": [{**DUEL, "pairing": "moran", "heats": 2}, {**DUEL, "pairing": "single-elimination"}],
}  # fmt: skip
ALONE = {"name": "alone", "seed": 6, "agents": CAST[:2], "games": [DUEL]}


@pytest.fixture(scope="module")
def sessions(running: Running) -> list[str]:
    """One session that has everything, one that is alone, and a record that nobody understands."""
    producer = Producer({"bootstrap.servers": running.bootstrap})
    for number in range(2):
        producer.produce("ethogram.training.commands.v1", b'{"page": %d}' % number, key=b"page")
    producer.flush(30)
    started = [str(post(running, "/v1/sessions", each)["session_id"]) for each in (EVERYTHING, ALONE)]
    for each in started:
        running.await_state(each, "completed")
    return started


def views(one: str, other: str) -> dict[str, str]:
    """Every view, and words that it shows."""
    here = f"session/{one}"
    return {
        "": "Start a session", "start": "archetypes", here: "Fingerprints", f"{here}/turns/1": "Turn 1",
        f"{here}/games": "single-elimination", f"{here}/agents": "Plays like", f"{here}/council": "constitution",
        f"{here}/records": "records", f"compare/{one}/{other}": "Where they part", "standings": "Mean score",
        "standings/champions": "crowned", "agents": "grim-trigger", "agents/grim-trigger": "As it was seen last",
        "agents/registered": "made known", "people": "Your name",
        "operation": "budget left", "operation/alerts": "Alerts",
        "operation/performance": "Percentiles", "operation/letters": "schema",
        "operation/database": "Tables", "operation/configuration": "kafka_bootstrap_servers",
        "operation/keys": "All keys",
    }  # fmt: skip


def test_every_view_shows_what_it_is_for_to_everybody_and_fits_a_phone(
    tab: Tab, running: Running, sessions: list[str]
) -> None:
    mine = {"agent_id": "page-view", "framework": "builtin", "config": {"strategy": "grim-trigger"}}
    post(running, "/v1/agents", mine)
    for view, words in views(*sessions).items():
        visit(tab, running, view)
        tab.sees(words)
        assert tab.value("!document.querySelector('.trouble')"), view
        tab.value(AXE)
        assert tab.value(SERIOUS) == [], view
        keep(tab, view, "light")
        tab.shape(390, 844, dark=True)
        tab.until("document.documentElement.scrollWidth <= 390")
        keep(tab, view, "phone")
        tab.shape(1280, 900)


def test_games_show_boards_brackets_and_populations(tab: Tab, running: Running, sessions: list[str]) -> None:
    visit(tab, running, f"session/{sessions[0]}/games")
    tab.until("document.querySelectorAll('.bracket .pairing').length === 3")
    tab.until("document.querySelectorAll('.share').length >= 4")
    tab.value("document.querySelectorAll('.bracket .pairing')[2].click()")
    tab.sees("g02.002.001")
    tab.until("document.querySelector('.matrix .now')")
    tab.write("input[type=range]", "0")
    tab.until("document.querySelectorAll('.matrix small')[0].innerText === 'never'")


def test_raw_records_lead_into_the_kafka_ui(tab: Tab, running: Running, sessions: list[str]) -> None:
    visit(tab, running, "")
    tab.value("""(() => { const real = window.fetch; window.fetch = (path, told) => (path === '/v1/links'
      ? Promise.resolve(new Response('{"kafka_ui": "http://127.0.0.1:8080/"}')) : real(path, told)); })()""")
    tab.value(f"location.hash = '#/session/{sessions[1]}/records'")
    tab.until("document.querySelectorAll('.line').length > 5")
    tab.value("document.querySelector('.line').click()")
    tab.until("document.querySelector('.detail a')")
    topic = tab.value("document.querySelector('.detail .facts span').innerText").split()[0]
    wanted = f"/ui/clusters/ethogram/all-topics/{topic}/messages?mode=TAILING&limit=100&stringFilter={sessions[1]}"
    assert tab.value("document.querySelector('.detail a').href") == f"http://127.0.0.1:8080{wanted}"


def test_two_sessions_stand_side_by_side(tab: Tab, running: Running, sessions: list[str]) -> None:
    visit(tab, running, f"session/{sessions[0]}")
    tab.press("Compare", ".session-head")
    tab.sees("With which session?")
    tab.value("[...document.querySelectorAll('.sessions a')].find((one) => one.innerText.startsWith('alone')).click()")
    tab.until("document.querySelectorAll('.column .chart').length === 2")
    tab.sees("not in alone")


def test_filters_are_kept(tab: Tab, running: Running, sessions: list[str]) -> None:
    visit(tab, running, "")
    tab.write("input[type=search]", "alone")
    tab.press("Keep this filter")
    tab.until("[...document.querySelectorAll('.sessions .name')].every((one) => one.innerText.includes('alone'))")
    tab.write("input[type=search]", "")
    tab.until("document.querySelectorAll('.sessions .name').length > 1")
    visit(tab, running, "")
    tab.press("alone", ".choose")
    tab.until("[...document.querySelectorAll('.sessions .name')].every((one) => one.innerText.includes('alone'))")
    tab.press("Forget this filter")


def test_dead_letters_are_explained_sent_back_and_discarded(tab: Tab, running: Running, sessions: list[str]) -> None:
    visit(tab, running, "operation/letters")
    tab.value("[...document.querySelectorAll('.letters a')].find((one) => one.innerText.includes('page')).click()")
    tab.sees("the body does not fit the schema of its type")
    tab.press("Send it back")
    tab.press("Send it back now")
    tab.sees("sent back 1 of 3 times")
    tab.press("Discard")
    tab.write(".asking input[name=reason]", "only a test")
    tab.value("document.querySelector('.asking').requestSubmit()")
    tab.sees("anonymous: only a test")
    tab.until("document.querySelector('.detail .pill').innerText === 'discarded'")


def test_the_database_answers_what_reads_and_refuses_what_does_not(
    tab: Tab, running: Running, sessions: list[str]
) -> None:
    visit(tab, running, "operation/database")
    tab.write(".sql", "SELECT name FROM sessions WHERE name = 'alone' LIMIT 1")
    tab.press("Ask")
    tab.until("document.querySelector('.cells td')?.innerText === 'alone'")
    tab.write("input[name=name]", "by name")
    tab.value("document.querySelector('aside form').requestSubmit()")
    for sql, words in (
        ("DELETE FROM sessions", "read-only transaction"), ("SELECT 1; SELECT 2", "multiple commands"),
        ("SELECT * FROM api_keys", "permission denied"),
    ):  # fmt: skip
        tab.write(".sql", sql)
        tab.press("Ask")
        tab.sees(words)
    visit(tab, running, "operation/database")
    tab.press("by name")
    tab.until("document.querySelector('.sql').value.includes('alone')")
    written = tab.value("""(async () => (await import('/web/database.js')).csv(
      { columns: ['a', 'b'], rows: [['=1+1', null], ['x"y', 2]] }))()""")
    assert written == 'a,b\n\'=1+1,\n"x""y",2\n'


def test_two_browsers_see_the_same_and_nothing_is_lost_when_the_gateway_is_killed(
    tab: Tab, running: Running, sessions: list[str]
) -> None:
    agents = [{"id": "me", "adapter": "human"}, CAST[0]]
    session = post(running, "/v1/sessions", {"name": "held", "agents": agents, "games": [{**DUEL, "rounds": 3}]})
    session_id = session["session_id"]
    visit(tab, running, f"session/{session_id}/turns")
    with browser() as other:
        visit(other, running, f"people/{session_id}")
        other.until("document.querySelectorAll('.choices button').length === 2")
        other.value("document.querySelector('.choices button').click()")
        tab.until("document.querySelectorAll('.line').length === 1")
        tab.press("Pause", ".session-head")
        tab.write(".asking input[name=reason]", "wait")
        tab.value("document.querySelector('.asking').requestSubmit()")
        visit(other, running, f"session/{session_id}")
        other.until("document.querySelector('.session-head .pill').innerText === 'paused'")
        assert other.faults == []
    tab.value("window.untouched = true")
    before = running.stack.status()["services"]["gateway"]["pid"]
    os.kill(before, signal.SIGKILL)
    tab.until("document.querySelector('.connection').innerText !== 'live'")
    tab.until("document.querySelector('.connection').innerText === 'live'")
    assert running.stack.status()["services"]["gateway"]["pid"] != before
    post(running, f"/v1/sessions/{session_id}/resume", {"actor": "ann", "reason": "on"})
    tab.until("document.querySelector('.session-head .pill').innerText === 'running'")
    answer = {"session_id": session_id, "game_id": "g001", "seat": 0, "option": "D", "actor": "ann"}
    for turn in (2, 3):
        post(running, "/v1/seats/answers", {**answer, "turn": turn})
        tab.until(f"document.querySelectorAll('.line').length === {turn}")
    numbers = tab.value("[...document.querySelectorAll('.line .n')].map((one) => one.innerText)")
    assert numbers == ["1", "2", "3"] and tab.value("window.untouched")
