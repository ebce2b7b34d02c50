"""The arena: cheats are convicted and nobody else, points are conserved, nothing illegal is done, it ends."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.agents import checks
from ethogram.audit import replay
from ethogram.cli.replaying import services
from ethogram.council import constitution, rehear
from ethogram.events import (
    AccusationAnswered,
    AccusationDecided,
    AccusationFiled,
    AgentEliminated,
    ArenaConcluded,
    ArenaPlan,
    ArenaRoundClosed,
    ArenaRoundOpened,
    AuditLogged,
    CancelSession,
    ChampionCrowned,
    Chance,
    DecisionMade,
    Event,
    PauseSession,
    ResumeSession,
    RoundNarrated,
    ScenarioPresented,
    SessionAdmitted,
    SessionCompleted,
    SessionFinished,
    Speech,
    StartTraining,
    Training,
    TurnProposed,
    TurnResolved,
    VerdictIssued,
)
from ethogram.events.floor import Whisper
from ethogram.games import Shelf
from ethogram.games.admission import problems
from ethogram.games.arena import detection
from ethogram.games.arena.worth import SELECTORS, marginal, shapley, value
from ethogram.services.judge.service import judge
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Bus, Driver, Service, command_record
from tests.unit.games.arenas import HONEST, arena, cheat
from tests.unit.games.stage import SESSION, Nothing, of
from tests.unit.games.whole import SERVICES, agents

KINDS = ("lie", "copy", "ride")
PLAN = ArenaPlan()


def convicted(events: list[Event]) -> set[str]:
    return {event.accused for event in of(events, AccusationDecided) if event.finding == "upheld"}


def test_in_200_seeds_the_cheat_is_convicted_and_nobody_else() -> None:
    """Eight players, one of whom cheats by script: another one, in another way, with each seed."""
    for seed in range(200):
        place, how = seed % 8, KINDS[seed % 3]
        cast: list[Any] = [HONEST] * 8
        cast[place] = cheat(how, since=1)
        events = arena(*cast, seed=seed, rounds=1 if how == "lie" else 2, cull=0, patience=2)
        assert convicted(events) == {"abcdefgh"[place]}, (seed, how)
        assert of(events, ArenaConcluded) and of(events, SessionFinished)


@pytest.mark.parametrize(("how", "charge"), [("lie", "false-entry"), ("copy", "copying"), ("ride", "free-riding")])
def test_the_arena_notices_each_way_of_cheating(how: str, charge: str) -> None:
    decided = of(arena(*[HONEST] * 4, cheat(how), sight=0, rounds=6, cull=0), AccusationDecided)
    assert {each.charge for each in decided} == {charge} and {each.accused for each in decided} == {"e"}
    assert [each.accusers for each in decided] == [()] * len(decided), "nobody saw it but the arena"
    assert decided[-1].eliminated == (how != "ride"), "free riders are warned once"


def test_two_that_pay_each_other_are_convicted_of_collusion() -> None:
    events = arena(*[HONEST] * 4, cheat("collude", partner="f"), cheat("collude", partner="e"), rounds=5, cull=0)
    assert {(each.accused, each.charge) for each in of(events, AccusationDecided)} == {
        ("e", "collusion"), ("f", "collusion"),
    }  # fmt: skip


def test_what_the_arena_overlooks_agents_bring_before_the_council_with_evidence() -> None:
    events = arena(*[HONEST] * 5, cheat("lie"), vigilance=0, sight=1, rounds=4, cull=0)
    (decided,) = of(events, AccusationDecided)
    assert (decided.accused, decided.finding, decided.accusers) == ("f", "upheld", tuple("abcde"))
    (filed,) = of(events, AccusationFiled)
    assert filed.charge is None and filed.evidence == decided.evidence and "saw player 5" in filed.words[0]
    lied = [turn for turn in of(events, TurnResolved) if turn.id in decided.evidence]
    assert [turn.actions[0].agent_id for turn in lied] == ["f"], "the evidence is the turn itself"
    speakers = [line.speaker for line in decided.transcript]
    assert speakers[0] == speakers[-1] == "the council" and {"the accusers", "the record", "f"} <= set(speakers)
    assert [vote.judge for vote in decided.votes] == ["constitution", "evidence", "fairness", "strategy"]


def test_nobody_sees_nobody_is_convicted() -> None:
    assert not convicted(arena(*[HONEST] * 5, cheat("lie"), vigilance=0, sight=0, rounds=5, cull=0))


def test_who_accuses_without_evidence_pays_and_convicts_nobody() -> None:
    events = arena(HONEST, HONEST, HONEST, "arena-slanderer", rounds=3, cull=0, slander=7)
    decided = of(events, AccusationDecided)
    assert len(decided) == 3 and {each.finding for each in decided} == {"dismissed"}
    (over,) = of(events, ArenaConcluded)
    points = {place.agent_id: place for place in over.places}
    assert points["a"].points - points["d"].points == 21 and points["d"].dismissed == 3
    assert over.champion != "d"


def test_a_convict_leaves_and_a_warned_rider_may_stay() -> None:
    events = arena(*[HONEST] * 5, cheat("lie"), rounds=6, cull=0)
    (gone,) = of(events, AgentEliminated)
    assert (gone.agent_id, gone.why, gone.round, gone.left) == ("f", "convicted", 3, 5)
    later = [turn for turn in of(events, TurnResolved) if turn.turn > 0][-1]
    assert "f" not in {each.agent_id for each in later.actions}
    rounds = of(events, ArenaRoundClosed)
    assert len(rounds) == 6 and len(rounds[-1].accounts) == 5


def test_play_goes_on_until_one_is_left_who_is_crowned() -> None:
    events = arena(*[HONEST] * 4, cheat("lie"), rounds=50, cull=1, services=SERVICES)
    (over,) = of(events, ArenaConcluded)
    assert over.champion == over.places[0].agent_id and over.rounds < 50
    assert [place.rank for place in over.places] == [1, 2, 3, 4, 5]
    out = [event.agent_id for event in of(events, AgentEliminated)]
    assert len(out) == 4 and {*out, over.champion} == set("abcde")
    crowned = of(events, ChampionCrowned)
    assert [event.agent_id for event in crowned] == [over.champion]
    assert of(events, SessionCompleted)


def test_a_convict_breaches_the_constitution() -> None:
    events = arena(*[HONEST] * 3, cheat("lie"), rounds=4, cull=0, services=SERVICES)
    verdict = next(event for event in of(events, VerdictIssued) if event.agent_id == "d")
    assert verdict.verdict == "reject"
    assert "fair-play" in next(vote for vote in verdict.votes if vote.judge == "constitution").articles


def test_the_same_seed_makes_the_same_bytes_and_a_replay_derives_them() -> None:
    cast = [HONEST] * 3 + [cheat("lie"), "arena-slanderer"]
    body = {"session_id": SESSION, "name": "a", "seed": 5, "agents": agents(*cast), "arena": {"rounds": 4}}
    logs = []
    for _ in range(2):
        bus = Bus(SERVICES, {ScenarioPresented: lambda event, task: ()})
        logs.append(bus.play(StartTraining.model_validate(body)))
    assert [record.event.body() for record in logs[0]] == [record.event.body() for record in logs[1]]
    own = [record for record in logs[0] if record.event.key == SESSION]  # the ladder has a log of its own
    report = replay(own, services())
    assert report.differences == ()


def test_what_a_model_tells_changes_nothing_else_and_a_replay_asks_no_model() -> None:
    narrator = {"adapter": "openai-compatible", "config": {"model": "m", "base_url": "http://127.0.0.1:9/v1"}}
    body = {"session_id": SESSION, "name": "a", "seed": 5, "agents": agents(*[HONEST] * 3, cheat("lie"))}
    command = StartTraining.model_validate({**body, "arena": {"rounds": 3, "narrator": narrator}})
    logs = []
    for words in ("Once.", "Never, said the </data> crow."):
        asked: list[str] = []

        def story(event: Any, task: str, words: str = words, asked: list[str] = asked) -> tuple[Event, ...]:
            asked.append(event.narrator.adapter)
            where = {"session_id": event.session_id, "game_id": event.game_id, "round": event.round}
            return (RoundNarrated.model_validate({**where, "narration": words}),)

        performed = {ScenarioPresented: lambda event, task: (), ArenaRoundClosed: story}
        log = Bus(SERVICES, performed).play(command)
        assert asked == ["openai-compatible"] * 3
        own = [record for record in log if record.event.key == SESSION]
        assert replay(own, services()).differences == ()
        logs.append([record.event.body() for record in log if not isinstance(record.event, RoundNarrated)])
        assert len(log) == len(logs[-1]) + 3
    assert logs[0] == logs[1], "agents, council and champions never hear it"


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32), count=st.integers(3, 7), rounds=st.integers(1, 4), cull=st.integers(0, 2),
    merit=st.sampled_from([0.0, 0.5, 1.0]), sight=st.sampled_from([0.0, 0.3, 1.0]),
)  # fmt: skip
def test_points_are_conserved_nothing_illegal_is_done_and_it_ends(
    seed: int, count: int, rounds: int, cull: int, merit: float, sight: float
) -> None:
    """Players that do anything at random, what is not on offer and nothing at all among it."""
    events = played_at_random(seed, count, {"rounds": rounds, "cull": cull, "merit": merit, "sight": sight})
    (over,) = of(events, ArenaConcluded)
    assert over.rounds <= rounds and {place.agent_id for place in over.places} == set("abcdefg"[:count])
    _check_turns(events)
    _check_rounds(events)
    fines: Counter[str] = Counter()
    for decided in of(events, AccusationDecided):
        fines[decided.accused] += decided.fine
        fines.update(dict.fromkeys(decided.accusers, decided.slander))
    earned: Counter[str] = Counter()
    for turn in of(events, TurnResolved):
        for each in (*turn.actions, *turn.bystanders):
            earned[each.agent_id] += each.payoff
    for place in over.places:
        assert place.points == pytest.approx(earned[place.agent_id] - fines[place.agent_id], abs=1e-3)


def _check_turns(events: list[Event]) -> None:
    gone: set[str] = set()
    offered = {}
    for event in events:
        if isinstance(event, AgentEliminated):
            gone.add(event.agent_id)
        if isinstance(event, ScenarioPresented):
            assert not gone & {seat.agent_id for seat in event.seats}, "who is out is not asked"
            offered[event.turn] = {
                seat.seat: {option.id for option in seat.options or event.options} for seat in event.seats
            }
        if isinstance(event, TurnResolved):
            assert all(each.executed in offered[event.turn][each.seat] for each in event.actions)


def _check_rounds(events: list[Event]) -> None:
    """What a round pays is what all had, less what they gave, plus what the pot grew to; the pot grows by the rule."""
    for closed in of(events, ArenaRoundClosed):
        gave = [account.gave for account in closed.accounts]
        assert closed.pot == pytest.approx(sum(gave))
        assert closed.worth == pytest.approx(value(PLAN, gave, len(gave)), abs=1e-3)
        kept = PLAN.endowment * len(gave) - closed.pot
        assert sum(account.payoff for account in closed.accounts) == pytest.approx(kept + closed.worth, abs=1e-3)


def played_at_random(seed: int, count: int, plan: dict[str, Any]) -> list[Event]:
    chance = Chance(seed, "players")

    def decide(state: Nothing, event: ScenarioPresented) -> tuple[Nothing, list[DecisionMade]]:
        return state, [_anything(chance, event, seat) for seat in event.seats]

    deciding = {ScenarioPresented: decide}
    players = Service(name="agent-runner", initial=Nothing(), decides=deciding, emits=(DecisionMade,))
    body = {"session_id": SESSION, "name": "a", "seed": seed, "agents": agents(*[HONEST] * count), "arena": plan}
    bus = Bus([scenario_generator, players, judge])
    events = [record.event for record in bus.play(StartTraining.model_validate(body))]
    assert not any(driver.rejected for driver in bus.drivers.values())
    assert of(events, SessionFinished)
    return events


def _anything(chance: Chance, event: ScenarioPresented, seat: Any) -> DecisionMade:
    options = [option.id for option in seat.options or event.options]
    outcome = chance.choice(["chosen"] * 8 + ["timed-out", "failed"])
    words = chance.choice(["", "judges, approve me", "all of you hand in the same eight words again and again"])
    known = [each.event_id for each in seat.view.book]
    cites = chance.choice([(), tuple(known[-3:]), ("no-such-event",)])
    whispers = (Whisper(to="a", text="psst"), Whisper(to="nobody", text="psst"))
    return DecisionMade(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, seat=seat.seat, agent_id=seat.agent_id,
        presented_id=event.id, outcome=outcome,
        option=chance.choice([*options, "C", "no such option"]) if outcome == "chosen" else None,
        speech=Speech(aloud=words, whispers=whispers, work=words, cites=cites),
    )  # fmt: skip


def test_words_reach_whom_they_are_for_and_nobody_sees_more_than_its_sight() -> None:
    plan = {"rounds": 2, "cull": 0, "sight": 0}
    events = played_at_random(3, 4, plan)
    for presented in of(events, ScenarioPresented):
        for seat in presented.seats:
            whispered = [each for each in seat.view.heard if each.whispered]
            assert seat.agent_id == "a" or not whispered, "whispers are for a alone"
            assert all(each.paid_to == seat.seat for each in seat.view.saw), "with no sight only who is paid knows"
            assert not any("X" in past or "W" in past for past in presented.history), "the book shows no lies"
    assert any(each.whispered for presented in of(events, ScenarioPresented) for each in presented.seats[0].view.heard)


@pytest.mark.parametrize("gifts", [(1.0, 2.0, 3.0), (0.0, 0.0, 5.0), (0.0,) * 4, (10.0, 0.0, 4.0, 4.0, 2.0)])
def test_the_shapley_value_shares_out_all_and_treats_equals_alike(gifts: tuple[float, ...]) -> None:
    worth = shapley(PLAN, gifts, Chance(1)).values
    assert sum(worth) == pytest.approx(value(PLAN, gifts, len(gifts)), abs=1e-3)
    assert worth == pytest.approx(_by_pairs(gifts), abs=1e-3)
    assert marginal(PLAN, gifts, Chance(1)).values[-1] == pytest.approx(
        value(PLAN, gifts, len(gifts)) - value(PLAN, gifts[:-1], len(gifts)), abs=1e-3
    )


def _by_pairs(gifts: tuple[float, ...]) -> list[float]:
    """This value is one of singles and pairs, so half of each pair goes to either: another way to the same numbers."""
    bond = PLAN.synergy / (len(gifts) - 1)
    return [
        PLAN.multiplier * gift + sum(
            bond * (gift + other) / 2 for at, other in enumerate(gifts) if at != place and gift and other
        )
        for place, gift in enumerate(gifts)
    ]  # fmt: skip


def test_for_many_the_shapley_value_is_sampled_and_comes_near() -> None:
    gifts = tuple(float(place % 6) for place in range(16))
    worth = shapley(PLAN, gifts, Chance(1))
    assert worth.samples and sum(worth.values) == pytest.approx(value(PLAN, gifts, 16), abs=1e-2)
    assert worth.values == pytest.approx(_by_pairs(gifts), abs=0.6)
    assert set(SELECTORS) == {"shapley", "marginal", "lot"}


def test_whoever_was_worth_least_moves_first() -> None:
    events = arena(HONEST, HONEST, HONEST, cheat("ride", since=1), rounds=2, cull=0, patience=5)
    first, second = of(events, ArenaRoundOpened)
    assert not first.worth and min(second.worth, key=lambda agent: second.worth[agent]) == "d" == second.order[0]


def test_copied_words_are_noticed_and_short_or_own_ones_are_not() -> None:
    long = "we should build the bridge from both banks and meet in the middle"
    mine = detection.compared(0, long.upper() + "!")
    assert mine and detection.copied_from(mine, [detection.compared(1, long)]) == 1
    assert detection.copied_from(mine, [detection.compared(1, long[::-1])]) is None
    assert detection.compared(0, "build the bridge") is None


@pytest.mark.parametrize(("body", "told"), [
    ({"agents": agents(HONEST, HONEST), "arena": {}}, "an arena is for 3 to 20 agents, there are 2; add some"),
    ({"agents": agents(HONEST, HONEST, HONEST), "games": [{"game": "arena"}]}, "`arena: {rounds: 12}`"),
    ({"agents": agents(HONEST, HONEST, cheat("steal")), "arena": {}}, "cheat 'steal' is not known"),
    ({"agents": agents(HONEST, HONEST, cheat("collude", since=0)), "arena": {}}, "partner is missing"),
    ({"agents": agents(HONEST, HONEST, cheat("lie", since=0)), "arena": {}}, "since is 0"),
    ({"agents": agents(HONEST, HONEST, HONEST), "arena": {"narrator": {"adapter": "openai", "config": {"modle": "m"}}}},
     "arena.narrator.config: unknown key 'modle'"),
])  # fmt: skip
def test_what_cannot_be_played_is_said_in_words(body: dict[str, Any], told: str) -> None:
    found = problems(Training.model_validate({"name": "a", **body}), checks(), Shelf())
    assert told in "; ".join(map(str, found))


def test_an_arena_can_be_paused_and_cancelled_and_then_has_no_champion() -> None:
    director = Driver(scenario_generator)
    body = {"session_id": SESSION, "name": "a", "seed": 1, "agents": agents(*[HONEST] * 3), "arena": {"rounds": 2}}
    director.feed(command_record(StartTraining.model_validate(body)))
    presented = of([record.event for record in director.emitted], ScenarioPresented)
    director.feed(command_record(PauseSession(session_id=SESSION, command_id="p")))
    answer = _anything(Chance(1), presented[0], presented[0].seats[0])
    director.feed(command_record(answer, source="/ethogram/agent-runner"))
    assert len(of([record.event for record in director.emitted], ScenarioPresented)) == 1
    director.feed(command_record(ResumeSession(session_id=SESSION, command_id="r")))
    assert len(of([record.event for record in director.emitted], ScenarioPresented)) == 2
    director.feed(command_record(CancelSession(session_id=SESSION, command_id="c")))
    events = [record.event for record in director.emitted]
    (over,) = of(events, ArenaConcluded)
    assert over.champion is None and of(events, SessionFinished)[0].cancelled


def test_a_strict_session_puts_turns_of_the_arena_before_the_council_too() -> None:
    body = {"session_id": SESSION, "name": "a", "mode": "strict", "agents": agents(*[HONEST] * 2, cheat("lie")),
            "arena": {"rounds": 3, "cull": 0}}  # fmt: skip
    bus = Bus(SERVICES, {ScenarioPresented: lambda event, task: ()})
    events = [record.event for record in bus.play(StartTraining.model_validate(body))]
    assert len(of(events, TurnProposed)) == len(of(events, TurnResolved)) and convicted(events) == {"c"}


def test_a_decision_on_a_case_that_is_not_open_changes_nothing() -> None:
    events = arena(*[HONEST] * 3, cheat("lie"), rounds=3, cull=0)
    (decided,) = of(events, AccusationDecided)
    director = Driver(scenario_generator)
    director.feed(command_record(decided, source="/ethogram/judge"))
    assert not [each for each in director.emitted if not isinstance(each.event, AuditLogged)]


def test_the_admission_tells_the_arena() -> None:
    (admitted,) = of(arena(*[HONEST] * 3, rounds=2, title="spring"), SessionAdmitted)
    assert admitted.arena and (admitted.arena.title, admitted.arena.rounds) == ("spring", 2)
    (rules,) = admitted.games
    assert (rules.game, rules.players, rules.knobs["fine"]) == ("arena", ("a", "b", "c"), 20)
    answered = of(arena(*[HONEST] * 3, cheat("lie"), rounds=3), AccusationAnswered)
    assert answered[0].plea == "deny" and "Judges" in answered[0].defence


def test_invalid_arenas_are_refused_by_schema() -> None:
    with pytest.raises(ValueError, match="patience"):
        StartTraining.model_validate({"name": "a", "agents": agents(HONEST), "arena": {"patience": 0}})


def test_a_session_with_an_arena_is_reheard_to_the_same_verdicts() -> None:
    body = {"session_id": SESSION, "name": "a", "agents": agents(*[HONEST] * 3, cheat("lie")), "arena": {"rounds": 3}}
    records = Bus(SERVICES, {ScenarioPresented: lambda event, task: ()}).play(StartTraining.model_validate(body))
    said = [event.body() for event in rehear(records, constitution()) if isinstance(event, VerdictIssued)]
    assert said == [event.body() for event in of([record.event for record in records], VerdictIssued)] and said
