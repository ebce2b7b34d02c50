"""The limit counts unforeseen errors, in a row and as a share, and nothing else."""

from __future__ import annotations

from ethogram.runtime.limit import IN_A_ROW, OF_AT_LEAST, DlqLimit


def test_it_is_passed_by_fifty_in_a_row_and_not_before() -> None:
    limit = DlqLimit()
    assert limit.passed_at([True] * (IN_A_ROW - 1)) is None
    assert limit.passed_at([True] * 80) == IN_A_ROW - 1


def test_a_row_goes_on_over_batches_and_is_broken_by_a_success() -> None:
    limit = DlqLimit()
    limit.count([False] * 1_000 + [True] * 45)
    assert limit.passed_at([True] * 5) == 4
    limit.count([False])
    assert limit.passed_at([True] * 4) is None


def test_five_in_a_hundred_pass_it_once_there_are_enough() -> None:
    few = [True, *[False] * 9] * 5
    assert DlqLimit().passed_at(few) is None
    limit = DlqLimit()
    limit.count([False] * (OF_AT_LEAST - 10))
    assert limit.passed_at([True] * 20) == 9


def test_asking_does_not_count() -> None:
    limit = DlqLimit()
    for _ in range(5):
        assert limit.passed_at([True] * 40) is None
