"""Rows of the benchmark that need no library: what they measure holds."""

from __future__ import annotations

import numpy as np

from ethogram.testing.inference import societies


def test_drawn_societies_are_recovered() -> None:
    found = societies.recovery(societies=4, resamples=40)
    assert float(str(found["mean_error"])) < 0.01 and float(str(found["tremble_error"])) < 0.01
    assert np.isclose(float(str(found["coverage"])), 0.95, atol=0.12)
