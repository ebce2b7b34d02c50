"""Which partition a key belongs on: the choice that Java's producer, Faust and ours make."""

from __future__ import annotations

MULTIPLIER = 0x5BD1E995
SEED = 0x9747B28C
_32 = 0xFFFFFFFF


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of `key` among `partitions`."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """MurmurHash2, 32 bits, with Kafka's seed."""
    value = SEED ^ len(data)
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * MULTIPLIER & _32
        value = value * MULTIPLIER & _32 ^ (word ^ word >> 24) * MULTIPLIER & _32
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * MULTIPLIER & _32
    value = (value ^ value >> 13) * MULTIPLIER & _32
    return value ^ value >> 15
