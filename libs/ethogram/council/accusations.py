"""Accusations in the arena: the council hears a case, four judges vote, and the sentence follows.

What convicts is what the log says about the cited events, by rules that anybody can check. Words of agents stand in the
transcript and count for nothing: neither an appeal to the judge nor an admission replaces evidence. An event that is
not known, is another's, or was before the council already shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ethogram.council.conduct import Conduct
from ethogram.council.measures import CONVICTIONS, SLANDERS, Tally
from ethogram.events import (
    AccusationAnswered,
    AccusationDecided,
    AgentId,
    Ballot,
    Charge,
    EventId,
    Exhibit,
    Statement,
    Vote,
    quantise,
)

GENEROUS = 0.5
"""Share of the most that the others gave on average, from which giving nothing is free riding."""
STRIKES: Mapping[Charge, int] = MappingProxyType({"collusion": 2, "false-entry": 2, "copying": 2, "free-riding": 1})
"""What a conviction counts, from grave to light."""
OUT_AT = 2
"""Strikes with which an agent has to leave."""
PLEADED = {"deny": "denies it", "admit": "admits it", "silent": "says nothing to it"}


class Shown(NamedTuple):
    """What the evidence of a case shows."""

    charge: Charge | None
    """The gravest thing that it shows, if any."""
    exhibits: tuple[Exhibit, ...] = ()
    """Exhibits that show it."""

    @property
    def evidence(self) -> tuple[EventId, ...]:
        """Their ids."""
        return tuple(exhibit.event_id for exhibit in self.exhibits)


def hear(case: AccusationAnswered) -> AccusationDecided:
    """Decide a case: upheld if three judges say so, the one of the evidence among them."""
    shown = weigh(case)
    votes = tuple(_vote(judge, case, shown) for judge in sorted(VOTES))
    approving = {vote.judge for vote in votes if vote.vote == "approve"}
    upheld = len(approving) >= 3 and "evidence" in approving
    strikes = case.strikes + (STRIKES[shown.charge] if upheld and shown.charge else 0)
    return AccusationDecided(
        session_id=case.session_id, game_id=case.game_id, case=case.case, round=case.round, accused=case.accused,
        accusers=case.accusers, finding="upheld" if upheld else "dismissed", charge=shown.charge if upheld else None,
        evidence=shown.evidence if upheld else (), votes=votes, transcript=tuple(_transcript(case, votes, upheld)),
        fine=case.fine if upheld else 0.0, slander=0.0 if upheld or not case.accusers else case.slander,
        strikes=strikes, eliminated=upheld and strikes >= OUT_AT,
    )  # fmt: skip


def weigh(case: AccusationAnswered) -> Shown:
    """The gravest charge that the exhibits show against the accused."""
    fresh = [exhibit for exhibit in case.exhibits if exhibit.known and not exhibit.tried]
    own = [exhibit for exhibit in fresh if exhibit.agent_id == case.accused]
    found: dict[Charge, tuple[Exhibit, ...]] = {
        "collusion": _collusion(own, [exhibit for exhibit in case.exhibits if exhibit.known]),
        "false-entry": tuple(each for each in own if each.entered > each.gave and each.copied is None),
        "copying": tuple(each for each in own if each.copied is not None),
        "free-riding": _rides(own, case.patience),
    }
    return next((Shown(charge, found[charge]) for charge in STRIKES if found[charge]), Shown(None))


def counted(conducts: Mapping[AgentId, Conduct], decided: AccusationDecided) -> dict[AgentId, Conduct]:
    """The conduct of all who were concerned, once a case is decided."""
    upheld = decided.finding == "upheld"
    cited = decided.evidence[-1:] or (decided.id,)
    found = dict(conducts)
    concerned = [(decided.accused, CONVICTIONS, upheld), *((who, SLANDERS, not upheld) for who in decided.accusers)]
    for agent, measure, happened in concerned:
        kept = found.get(agent, Conduct())
        tally = kept.tallies.get(measure, Tally()).after(happened, cited[0])
        found[agent] = kept.model_copy(update={"tallies": {**kept.tallies, measure: tally}})
    return found


def _collusion(own: list[Exhibit], known: list[Exhibit]) -> tuple[Exhibit, ...]:
    """A payment to a partner together with one that the partner made in return."""
    for exhibit in own:
        returned = [
            other for other in known
            if exhibit.paid_to is not None and other.agent_id == exhibit.paid_to and other.paid_to == exhibit.agent_id
        ]  # fmt: skip
        if returned:
            return exhibit, returned[-1]
    return ()


def _rides(own: list[Exhibit], patience: int) -> tuple[Exhibit, ...]:
    """Contributions of nothing, in as many rounds as it takes, while the others gave."""
    rides = {each.round: each for each in own if not each.entered and not each.gave and each.others_gave >= GENEROUS}
    return tuple(each for _, each in sorted(rides.items())) if len(rides) >= patience else ()


def _constitution(case: AccusationAnswered, shown: Shown) -> tuple[Ballot, str]:
    """Was a rule of the arena broken?"""
    if shown.charge is None:
        return "reject", "no rule of the arena is shown to be broken"
    return "approve", f"{shown.charge} breaks the rules of the arena"


def _evidence(case: AccusationAnswered, shown: Shown) -> tuple[Ballot, str]:
    """Do the records support it?"""
    if shown.charge is not None:
        return "approve", f"{len(shown.exhibits)} of {len(case.exhibits)} exhibits show it"
    unknown = sum(not exhibit.known for exhibit in case.exhibits)
    others = sum(exhibit.known and exhibit.agent_id != case.accused for exhibit in case.exhibits)
    tried = sum(exhibit.tried for exhibit in case.exhibits)
    told = f"{unknown} unknown, {others} of others, {tried} tried before"
    return "reject", f"{len(case.exhibits)} exhibits ({told}) show nothing" if case.exhibits else "nothing is cited"


def _fairness(case: AccusationAnswered, shown: Shown) -> tuple[Ballot, str]:
    """Who is harmed, and was the accused heard?"""
    heard = f"{case.accused} was asked and {PLEADED[case.plea]}"
    if shown.charge is None:
        return "reject", f"{heard}; to convict would harm an agent against whom nothing is shown"
    taken = quantise(sum(max(0.0, exhibit.entered - exhibit.gave) for exhibit in shown.exhibits))
    harm = f"credit for {taken:g} points that never came" if taken else "a share of what others gave"
    return "approve", f"{heard}; it took {harm}"


def _strategy(case: AccusationAnswered, shown: Shown) -> tuple[Ballot, str]:
    """Is it honest play, of the accused and of those who accuse?"""
    if shown.charge is not None:
        return "approve", "what was shown is no honest play"
    if case.plea == "admit":
        return "abstain", "it is admitted, but nothing shows it"
    return "reject", "to accuse without evidence is no honest play" if case.accusers else "no dishonest play is shown"


VOTES: Mapping[str, Callable[[AccusationAnswered, Shown], tuple[Ballot, str]]] = MappingProxyType({
    "constitution": _constitution, "evidence": _evidence, "fairness": _fairness, "strategy": _strategy,
})  # fmt: skip
"""How each judge votes on an accusation, and why."""


def _vote(judge: str, case: AccusationAnswered, shown: Shown) -> Vote:
    ballot, reason = VOTES[judge](case, shown)
    return Vote(judge=judge, vote=ballot, reasons=(reason,), evidence=shown.evidence if ballot == "approve" else ())


def _transcript(case: AccusationAnswered, votes: tuple[Vote, ...], upheld: bool) -> Iterator[Statement]:
    accusing = ", ".join(case.accusers) or "the arena"
    yield Statement(speaker="the council", words=f"Case {case.case}: {accusing} against {case.accused}.")
    if case.charge:
        yield Statement(speaker="the arena", words=f"It noticed {case.charge} in round {case.round}.")
    for words in case.words:
        yield Statement(speaker="the accusers", words=words)
    for exhibit in case.exhibits:
        yield Statement(speaker="the record", words=_read_out(exhibit), event_id=exhibit.event_id)
    said = f": {case.defence}" if case.defence else "."
    yield Statement(speaker=case.accused, words=f"{PLEADED[case.plea]}{said}", event_id=case.decision_id)
    for vote in votes:
        yield Statement(speaker=f"the judge of {vote.judge}", words=f"{vote.vote}: {'; '.join(vote.reasons)}")
    yield Statement(speaker="the council", words="The accusation is " + ("upheld." if upheld else "dismissed."))


def _read_out(exhibit: Exhibit) -> str:
    if not exhibit.known:
        return "No contribution of this arena that can still be heard has this id."
    words = f"Round {exhibit.round}: {exhibit.agent_id} gave {exhibit.gave:g} and entered {exhibit.entered:g}"
    words += f", handing in the work of {exhibit.copied}" if exhibit.copied else ""
    words += f", having paid it to {exhibit.paid_to}" if exhibit.paid_to else ""
    before = " Heard before." if exhibit.tried else ""
    return f"{words}; the others gave {exhibit.others_gave:g} of the most.{before}"
