"""What a player would do against a script is read off its marks."""

from __future__ import annotations

import numpy as np

from ethogram.principles import imagined
from ethogram.principles.imagined import imagine
from ethogram.principles.marks import SITUATIONS
from ethogram.testing.inference.fit_labels import count
from ethogram.testing.inference.players import Player
from ethogram.testing.inference.playing import OPPONENTS, play

NICE, KIND, LATE_KIND, _, _, DOUBT, HIT_ONE, _, LATE_ONE, _, RECIPROCAL, _ = range(12)
TFT, GRUDGER, COIN = OPPONENTS[4], OPPONENTS[5], Player("coin", np.array([0.5]), np.array([[0] * 4]))


def _imagined(players: list[Player], model: int) -> np.ndarray:
    """(players, 12) what one partition says after games at noise .05, freed of noise."""
    own, other, _ = play(players, 200, 0.05, 3)
    freed = imagine(count(own, other))[:, imagined.WIDTH // 2 :]
    return freed.reshape(len(players), 12, -1)[:, :, model]


def test_noise_is_taken_off_and_provocation_is_played_out() -> None:
    tft, coin = _imagined([TFT, COIN], 0)
    grudger = _imagined([GRUDGER], 1)[0]
    assert tft[KIND] > 0.95 and tft[LATE_ONE] > 0.8 and tft[HIT_ONE] > 0.4 and tft[RECIPROCAL] > 0.9
    assert grudger[KIND] > 0.8 and grudger[LATE_ONE] < 0.1 and grudger[HIT_ONE] > 0.8
    assert abs(coin[KIND] - 0.5) < 0.1 and coin[DOUBT] > 0.4 and coin[NICE] < 0.001


def test_every_player_has_its_features_and_nothing_seen_says_a_half() -> None:
    blank = imagine(np.zeros((2, 2 * SITUATIONS), dtype=np.int64))
    assert blank.shape == (2, imagined.WIDTH) and np.isfinite(blank).all()
