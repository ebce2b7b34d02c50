"""Judge: hears a session, lets the council vote, and crowns a champion."""

from ethogram.council import (
    Hearing,
    close_arena,
    close_behaviour,
    hear_accusation,
    open_hearing,
    rule_on,
    take_inference,
    weigh_turn,
)
from ethogram.events import (
    AccusationAnswered,
    AccusationDecided,
    ArenaConcluded,
    BehaviourObserved,
    BehaviourSnapshot,
    ChampionCrowned,
    PrinciplesInferred,
    ScoreUpdated,
    SessionAdmitted,
    SessionJudged,
    TurnProposed,
    TurnRuled,
    VerdictIssued,
)
from ethogram.runtime.store.verdicts import insert_champions, insert_scores, insert_verdicts
from ethogram.topology import Service, Whole

judge = Service(
    name="judge",
    initial=Hearing(),
    decides={
        SessionAdmitted: Whole(open_hearing),
        BehaviourObserved: weigh_turn,
        BehaviourSnapshot: close_behaviour,
        PrinciplesInferred: take_inference,
        TurnProposed: rule_on,
        AccusationAnswered: hear_accusation,
        ArenaConcluded: close_arena,
    },
    projects={VerdictIssued: insert_verdicts, ScoreUpdated: insert_scores, ChampionCrowned: insert_champions},
    emits=(TurnRuled, AccusationDecided, VerdictIssued, ScoreUpdated, ChampionCrowned, SessionJudged),
)
