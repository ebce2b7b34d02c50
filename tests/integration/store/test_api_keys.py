"""Keys in a real database: two gateways count as one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine

from ethogram.runtime.store import api_keys
from ethogram.runtime.store.api_keys import KeyRefused

NOW = datetime(2026, 11, 21, 10, 0, 40, tzinfo=UTC)


def _status(engine: Engine, key: str) -> int:
    try:
        with engine.begin() as connection:
            api_keys.admit(connection, key, "read", NOW)
    except KeyRefused as refused:
        return refused.status
    return 200


def test_two_gateways_at_once_let_no_more_through_than_one(database_url: str) -> None:
    gateways = [create_engine(database_url, pool_size=4) for _ in range(2)]
    with gateways[0].begin() as connection:
        key, made = api_keys.create(connection, "ann", usage_limit=100)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: _status(gateways[number % 2], key), range(90)))
    assert answers.count(200) == api_keys.PER_MINUTE and answers.count(429) == 30
    with gateways[1].begin() as connection:
        (listed,) = [one for one in api_keys.listed(connection) if one["key_id"] == made["key_id"]]
        assert listed["used"] == api_keys.PER_MINUTE and "digest" not in listed
        api_keys.look(connection, key, NOW)  # spent for this minute, and good all the same
        api_keys.revoke(connection, made["key_id"], NOW)
        with pytest.raises(KeyRefused, match="revoked"):
            api_keys.look(connection, key, NOW)
    assert _status(gateways[0], key) == 401
    for gateway in gateways:
        gateway.dispose()


def test_the_key_itself_is_not_in_the_database(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        key, _ = api_keys.create(connection, "ann")
        stored = connection.exec_driver_sql("SELECT api_keys::text FROM api_keys").scalars().all()
    assert key.startswith(api_keys.PREFIX) and not any(key in row for row in stored)
    engine.dispose()
