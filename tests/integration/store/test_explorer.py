"""Questions to the database: what reads is answered within bounds, and no statement gets further than that."""

from __future__ import annotations

import pytest

from ethogram.runtime.store.explorer import QueryRefused, described, explore, explorer_url
from ethogram.runtime.store.roles import make_explorer

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def url(database_url: str) -> str:
    make_explorer(database_url)
    make_explorer(database_url)  # a second time changes nothing
    return explorer_url(database_url)


def test_a_question_comes_back_as_a_table_of_bounded_size(url: str) -> None:
    found = explore(
        url, "SELECT n, repeat('x', 9000) AS long, NULL AS nothing FROM generate_series(1, 50) n;", most_rows=9
    )
    assert found.columns == ["n", "long", "nothing"] and len(found.rows) == 9 and found.more
    assert len(found.rows[0][1]) < 4_100 and found.rows[0][2] is None
    whole = explore(url, "SELECT 1.5::numeric, now()::date, '\\x00ff'::bytea, '{\"a\": 1}'::jsonb")
    assert not whole.more and whole.rows[0][0] == 1.5 and whole.rows[0][2:] == ["\\x00ff", {"a": 1}]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DELETE FROM sessions", "read-only transaction"), ("SELECT 1; SELECT 2", "multiple commands"),
        ("SELECT * FROM api_keys", "permission denied"), ("SELECT pg_read_file('/etc/passwd')", "permission denied"),
        ("SELECT query_to_xml('SELECT * FROM api_keys', true, true, '')", "permission denied"),
        ("SET ROLE postgres", "permission denied"), ("SELEC 1", "syntax error"),
        ("COPY sessions TO PROGRAM 'cat'", "permission denied"),
        ("SELECT pg_sleep(30)", "statement timeout"), ("SELECT * FROM nowhere", "does not exist"),
    ],
)  # fmt: skip
def test_what_does_more_than_read_is_refused_in_postgresqls_words(url: str, sql: str, words: str) -> None:
    with pytest.raises(QueryRefused, match=words):
        explore(url, sql, most_ms=300)


def test_tables_that_may_not_be_read_are_not_offered() -> None:
    names = {table["name"] for table in described()}
    assert "sessions" in names and "api_keys" not in names
