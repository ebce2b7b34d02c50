"""Judge: hears a session, lets the council vote, and crowns a champion."""

from ethogram.council import (
    Hearing,
    close_arena,
    close_behaviour,
    close_hearing,
    count_vote,
    hear_accusation,
    open_hearing,
    overrule,
    rule_on,
    take_inference,
    weigh_turn,
)
from ethogram.council.climbing import climb_ladder
from ethogram.events import (
    AccusationAnswered,
    AccusationDecided,
    ArenaConcluded,
    BehaviourObserved,
    BehaviourSnapshot,
    BreakerChanged,
    ChampionCrowned,
    JudgementRequested,
    ModelCallRecorded,
    OutcomeRevised,
    PrinciplesInferred,
    ScoreUpdated,
    SessionAdmitted,
    SessionCompleted,
    SessionJudged,
    SessionPlaced,
    TurnProposed,
    TurnRuled,
    VerdictIssued,
    VerdictOverridden,
    VoteCast,
)
from ethogram.runtime.store.ladder import LADDER_EVENTS, keep_ladder
from ethogram.runtime.store.verdicts import insert_champions, insert_scores, insert_verdicts, keep_revisions
from ethogram.services.judge.effects import ASKING
from ethogram.topology import Service, Whole

ASKED = (JudgementRequested, VoteCast, ModelCallRecorded, BreakerChanged)

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
        SessionCompleted: close_hearing,
        SessionPlaced: climb_ladder,
        VoteCast: count_vote,
        VerdictOverridden: overrule,
    },
    performs={JudgementRequested: ASKING},
    projects={
        VerdictIssued: insert_verdicts, ScoreUpdated: insert_scores, ChampionCrowned: insert_champions,
        OutcomeRevised: keep_revisions, **dict.fromkeys(LADDER_EVENTS, keep_ladder),
    },
    emits=(TurnRuled, AccusationDecided, VerdictIssued, ScoreUpdated, ChampionCrowned, SessionJudged, *LADDER_EVENTS,
           *ASKED, OutcomeRevised),
)  # fmt: skip
