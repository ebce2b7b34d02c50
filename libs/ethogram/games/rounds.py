"""A turn of a match: one stage of a round, put before the seats that move in it, and carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ethogram.events import GameId, Option
from ethogram.games.asking import Ask, Executed, MatchTurn
from ethogram.games.course import Play
from ethogram.games.payments import PAYMENTS, Acts
from ethogram.games.rules import STILL, Ruleset, Stage


@dataclass(frozen=True)
class Round(MatchTurn):
    """One stage of one round of a match."""

    rules: Ruleset
    seed: int
    game_id: GameId
    turn: int
    play: Play

    @property
    def stage(self) -> Stage:
        """The stage that is at hand."""
        return self.rules.stages[(self.turn - 1) % len(self.rules.stages)]

    @property
    def text(self) -> str:
        """The rules in words."""
        rules, number = self.rules, (self.turn - 1) // len(self.rules.stages) + 1
        count = f"Round {number} of {rules.rounds}." if rules.continuation >= 1 else f"Round {number}."
        parts = [count, rules.about, *_uncertainty(rules)]
        if rules.rule and PAYMENTS[rules.rule].stock:
            parts.append(f"There is {self._stock():g} in common.")
        if self.stage.about:
            parts.append(self.stage.about)
        defaults = {move.default for move in self.stage.moves}
        if len(defaults) == 1:
            parts.append(f"Whoever gives no valid answer plays {defaults.pop()}.")
        return " ".join([*parts, "Your move?"])

    @property
    def options(self) -> tuple[Option, ...]:
        """The actions of this stage, of whichever seat."""
        found = {option.id: option for move in self.stage.moves for option in move.options}
        return tuple(found.values())

    @property
    def told(self) -> tuple[Option, ...]:
        """What the record of the turn says could be chosen: nothing where it is C and D, which all know."""
        return () if set(self.rules.actions) == {"C", "D"} else self.options

    @property
    def payoffs(self) -> dict[str, tuple[float, ...]]:
        """The payoffs of the match."""
        return self.rules.payoffs

    @cached_property  # asked for several times in each turn
    def asks(self) -> tuple[Ask, ...]:
        """Who moves."""
        same = len(self.stage.moves) == 1
        found = []
        for seat in self.stage.seats:
            move = self.stage.move_of(seat)
            assert move is not None
            found.append(
                Ask(
                    seat=seat, options=move.options, default=move.default, own_options=not same,
                    text=self._private(seat),
                    history=self.play.seen[seat] if self.rules.blurred else None,
                )
            )  # fmt: skip
        return tuple(found)

    def carry_out(self, intended: Mapping[int, str]) -> Executed:
        """Noise, then payoffs once the round is whole."""
        done = self.rules.executed(intended, self.stage, self.seed, self.game_id, self.turn)
        players = len(self.play.players)
        joint = "".join(done.get(seat, STILL) for seat in range(players))
        whole = self.stage is self.rules.stages[-1]
        paid, stock = self.rules.paid(self._acts(joint), self._stock()) if whole else ((0.0,) * players, self._stock())
        seen = self.rules.perceived(joint, self.stage, self.seed, self.game_id, self.turn) if self.rules.blurred else ()
        remembered = f"{stock:.5f}" if self.rules.rule and PAYMENTS[self.rules.rule].stock else ""
        return Executed(actions=done, payoffs=paid, symbols=joint, seen=seen, memory=remembered)

    def _stock(self) -> float:
        if self.play.memory:
            return float(self.play.memory)
        knob = PAYMENTS[self.rules.rule].stock if self.rules.rule else ""
        return self.rules.knobs[knob] if knob else 0.0

    def _acts(self, joint: str) -> Acts:
        """What was executed in this round, with `joint` as its last stage."""
        stages = self.rules.stages
        past = len(stages) - 1
        symbols = [*(actions[len(actions) - past :] if past else "" for actions in self.play.history)]
        played = [*("".join(each) for each in zip(*symbols, strict=True)), joint]
        return tuple(
            {seat: _option(stage, seat, actions[seat]) for seat in stage.seats}
            for stage, actions in zip(stages, played, strict=True)
        )

    def _private(self, seat: int) -> str | None:
        """What only this seat is told: which one it is, where that matters, and what it earned, where it sees nothing
        else."""
        parts = [] if self.rules.alike else [f"You are player {seat}."]
        if self.rules.feedback == "payoffs" and self.turn > 1:
            parts.append(
                f"The turn before earned you {self.play.earned[seat]:g}, all turns {self.play.scores[seat]:g}."
            )
        return " ".join(parts) or None


def _uncertainty(rules: Ruleset) -> list[str]:
    said = []
    if rules.noise:
        said.append(f"With probability {rules.noise:g} a move comes out as another than the one meant.")
    if rules.misperception:
        said.append(f"With probability {rules.misperception:g} you see another move of another player than was made.")
    if rules.continuation < 1:
        said.append(
            f"After each round another one follows with probability {rules.continuation:g},"
            f" until there were {rules.rounds}."
        )
    return said


def _option(stage: Stage, seat: int, symbol: str) -> Option:
    move = stage.move_of(seat)
    assert move is not None
    return next(option for option in move.options if option.id == symbol)
