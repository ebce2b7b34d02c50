"""Bundles: a session's records in one file that anybody can verify without us, a broker or a network.

A bundle is a plain zip archive of three stored files: `manifest.json` (which record stands on which line), `keys.jwks`
(public keys of those who signed; a hint, never trusted) and `records.jsonl` (one record a line, ordered per stream).
There is exactly one way to write a bundle, so a byte that differs anywhere, also in the archive's own frame, shows.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from ethogram.audit import lines
from ethogram.audit.log import SaltUnknown, topic_of
from ethogram.audit.verification import Place, Unreadable
from ethogram.events import AuditCheckpoint, InvalidRecord, digest
from ethogram.events.envelope import Position, Record

FORMAT = "ethogram.bundle.v1"
MANIFEST, KEYS, RECORDS = "manifest.json", "keys.jwks", "records.jsonl"
FILES = (MANIFEST, KEYS, RECORDS)
EPOCH = (1980, 1, 1, 0, 0, 0)
_LOCAL = struct.Struct("<4s5H3L2H")
"""Local file header of a zip archive."""


@dataclass(slots=True)
class Opened:
    """What a bundle holds."""

    records: list[Record] = field(default_factory=list)
    """As they were delivered, ordered per stream."""
    unreadable: list[Unreadable] = field(default_factory=list)
    """Lines that are no records (any more)."""
    jwks: dict[str, Any] = field(default_factory=lambda: {"keys": []})
    """The public keys that the bundle brings along."""
    place: Place | None = None
    """Where the file departs from how a bundle is written."""


def pack(
    records: Sequence[Record], jwks: Mapping[str, Any], release: str, withhold: lines.Withhold | None = None
) -> bytes:
    """The bundle of one session: its records, checkpoints among them, as `runtime.history` reads them.

    With `withhold` fields are left out: the log can still be verified, but conclusions cannot be derived again.
    SaltUnknown if its leaves are not salted, so that nothing can be left out.
    """
    if not any(isinstance(each.event, AuditCheckpoint) and each.event.leaves == "salted" for each in records):
        if withhold:
            raise SaltUnknown("the leaves of this log are not salted")
        records = [replace(record, salt=None) for record in records]
    written = [lines.write(record, withhold) for record in records]
    keys = orjson.dumps(jwks, option=orjson.OPT_SORT_KEYS)
    session_id = records[0].event.session_id if records else ""
    listed = [[topic_of(record), record.id, digest(line)] for record, line in zip(records, written, strict=True)]
    manifest = {
        "format": FORMAT, "keys": digest(keys), "records": listed, "release": release, "session_id": session_id,
    }  # fmt: skip
    return _archive({MANIFEST: _json(manifest), KEYS: keys, RECORDS: b"".join(line + b"\n" for line in written)})


def unpack(data: bytes) -> Opened:
    """Read a bundle, also one that was tampered with: what can be read comes back, with the first place of a fault."""
    files, sound = _files(data)
    opened = Opened()
    manifest = _object(files[MANIFEST])
    found = files[RECORDS].split(b"\n")
    ended = found.pop() == b""
    for line in found:
        _take(opened, line)
    if (jwks := _object(files[KEYS])) is not None:
        opened.jwks = jwks
    opened.place = _fault(files, sound, manifest, found, ended=ended)
    if opened.place is None and data != _archive(files):
        whole = _archive(files)
        at = next((i for i, pair in enumerate(zip(data, whole, strict=False)) if pair[0] != pair[1]), len(whole))
        opened.place = Place(topic="archive", first=at, last=at, what=f"byte {at} of the archive's frame differs")
    return opened


def _fault(
    files: Mapping[str, bytes], sound: set[str], manifest: dict[str, Any] | None, written: Sequence[bytes], *,
    ended: bool,
) -> Place | None:  # fmt: skip
    if (
        manifest is None
        or manifest.get("format") != FORMAT
        or not _listed(manifest)
        or _json(manifest) != files[MANIFEST]
    ):
        return Place(topic=MANIFEST, what=f"the manifest is not one of {FORMAT}")
    found = next(_strange(manifest["records"], written), None)
    if found and MANIFEST not in sound and RECORDS in sound:
        return Place(topic=MANIFEST, first=found.first, last=found.last, what=f"entry {found.first} was changed")
    if found is None and not ended:
        return Place(topic=RECORDS, first=len(written), last=len(written), what="the last line has no end")
    if found is None and digest(files[KEYS]) != manifest.get("keys"):
        return Place(topic=KEYS, what="the keys are not those of the manifest")
    if found is None and MANIFEST not in sound:
        return Place(topic=MANIFEST, what="the manifest was changed")
    return found


def _strange(listed: Sequence[Sequence[str]], written: Sequence[bytes]) -> Iterator[Place]:
    """Lines that are not what the manifest lists, the first one first."""
    for index, line in enumerate(written):
        if index >= len(listed):
            yield Place(topic=RECORDS, first=index, last=index, what=f"line {index + 1} is not in the manifest")
        elif digest(line) != listed[index][2]:
            topic, event_id, _ = listed[index]
            what = f"line {index + 1} ({event_id}) is not what the manifest lists"
            yield Place(topic=topic, first=index, last=index, event_id=event_id, what=what)
    for index in range(len(written), len(listed)):
        topic, event_id, _ = listed[index]
        yield Place(topic=topic, first=index, last=index, event_id=event_id, what=f"line {index + 1} is not there")


def _listed(manifest: dict[str, Any]) -> bool:
    entries = manifest.get("records")
    return isinstance(entries, list) and all(
        isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry)
        for entry in entries
    )


def _take(opened: Opened, line: bytes) -> None:
    try:
        opened.records.append(lines.read(line))
    except InvalidRecord as error:
        opened.unreadable.append((_where(opened, line), error))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        opened.unreadable.append((_where(opened, line), InvalidRecord("line", f"no record of a bundle: {error!r}")))


def _where(opened: Opened, line: bytes) -> Position:
    try:
        return Position(*orjson.loads(line)["at"])
    except (ValueError, KeyError, TypeError):
        return Position(RECORDS, 0, len(opened.records) + len(opened.unreadable))


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _archive(files: Mapping[str, bytes]) -> bytes:
    """The one zip archive of these files: stored, without times, without anything a system might add."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in FILES:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _files(data: bytes) -> tuple[dict[str, bytes], set[str]]:
    """Contents of the three files, read front to back as far as that goes, and which of them fit their checksum."""
    files, sound, cursor = dict.fromkeys(FILES, b""), set[str](), 0
    for name in FILES:
        head = data[cursor : cursor + _LOCAL.size]
        if len(head) < _LOCAL.size:
            break
        _, _, _, _, _, _, checksum, _, size, _, _ = _LOCAL.unpack(head)
        start = cursor + _LOCAL.size + len(name)
        files[name] = data[start : start + size]
        if zlib.crc32(files[name]) == checksum:
            sound.add(name)
        cursor = start + size
    return files, sound
