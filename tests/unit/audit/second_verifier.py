"""A second verifier, written from the description in docs/explanation/audit.md alone: it imports nothing of ours.

`second_opinion(bundle, jwks)` says: verified, open, signer-unknown, or tampered.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHECKPOINT = "ethogram.audit.checkpoint.v1"
NOTICE = "ethogram.record.dead-lettered.v1"
COMMANDS = "ethogram.training.commands.v1"
AUDITOR = "ethogram.auditor"


class Tampered(Exception):
    """The bundle is not what was signed."""


def second_opinion(data: bytes, jwks: dict[str, Any]) -> str:
    """What this verifier thinks of a bundle."""
    try:
        lines, carried = read(data)
        return judged(lines, public(jwks), public(carried))
    except (Tampered, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, EOFError, OSError,
            NotImplementedError, RuntimeError, IndexError):  # fmt: skip
        return "tampered"


def read(data: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.namelist() != ["manifest.json", "keys.jwks", "records.jsonl"]:
            raise Tampered("files")
        manifest_text, keys, records = (archive.read(name) for name in archive.namelist())
    if written(manifest_text, keys, records) != data:
        raise Tampered("frame")
    manifest = json.loads(manifest_text)
    if compact(manifest) != manifest_text or manifest["format"] != "ethogram.bundle.v1":
        raise Tampered("manifest")
    if hashlib.sha256(keys).hexdigest() != manifest["keys"] or not records.endswith(b"\n"):
        raise Tampered("keys")
    texts = records.split(b"\n")[:-1]
    if [hashlib.sha256(text).hexdigest() for text in texts] != [entry[2] for entry in manifest["records"]]:
        raise Tampered("records")
    return [json.loads(text) for text in texts], json.loads(keys)


def written(manifest: bytes, keys: bytes, records: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (("manifest.json", manifest), ("keys.jwks", keys), ("records.jsonl", records)):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def judged(lines: list[dict[str, Any]], trusted: dict[str, bytes], carried: dict[str, bytes]) -> str:
    signed: list[tuple[dict[str, Any], str]] = []
    aside: set[tuple[str, int, int]] = set()
    for line in lines:
        kind, body = attribute(line, "ce_type"), raw(line["value"])
        if kind == CHECKPOINT:
            signed.append((json.loads(body), signer(body, attribute(line, "ce_signature"), {**carried, **trusted})))
        if kind == NOTICE and (event := json.loads(body))["consumer"] == AUDITOR:
            aside.add((event["topic"], event["partition"], event["offset"]))
    leaves = grown(lines, aside, any(head.get("leaves") == "salted" for head, _ in signed))
    known = [each for each in signed if each[1] in trusted] or signed
    for checkpoint, _ in known:
        check_heads(checkpoint, leaves)
    if not known:
        return "open"
    head, kid = max(known, key=lambda each: (each[0]["closing"], each[0]["size"]))
    if kid not in carried:
        raise Tampered("the key that signed is not in the bundle")
    if not head["closing"] or head["size"] != sum(map(len, leaves.values())):
        return "open"
    return "verified" if kid in trusted else "signer-unknown"


def check_heads(checkpoint: dict[str, Any], leaves: dict[str, list[bytes]]) -> None:
    heads = checkpoint["heads"]
    names = [head["topic"] for head in heads]
    if names != sorted(set(names)) or checkpoint["size"] != sum(head["size"] for head in heads):
        raise Tampered("heads")
    if hashlib.sha256(jcs(heads).encode()).hexdigest() != checkpoint["root"]:
        raise Tampered("root")
    for head in heads:
        of_topic = leaves.get(head["topic"], [])
        if len(of_topic) < head["size"] or tree(of_topic[: head["size"]]).hex() != head["root"]:
            raise Tampered(head["topic"])


def grown(lines: list[dict[str, Any]], aside: set[tuple[str, int, int]], salted: bool) -> dict[str, list[bytes]]:
    leaves: dict[str, list[bytes]] = defaultdict(list)
    seen: set[str] = set()
    for line in lines:
        topic, partition, _ = line["at"]
        redrive = attribute(line, "redrive_id").rpartition("/")[0]
        if attribute(line, "ce_type") == CHECKPOINT or tuple(line["at"]) in aside or redrive not in ("", "auditor"):
            continue
        identity = attribute(line, "ce_id") or str(line["at"])
        if topic == COMMANDS:
            identity = f"{attribute(line, 'ce_source')} {identity}"
        if identity not in seen:
            seen.add(identity)
            leaves[f"{topic}/{partition}" if topic == COMMANDS else topic].append(leaf(line, salted))
    return leaves


def leaf(line: dict[str, Any], salted: bool) -> bytes:
    value = raw(line["value"])
    attributes = {
        name.lower(): raw(text).decode()
        for name, text in line["headers"]
        if name.lower() not in ("ce_signature", "redrive_id")
    }
    data = json.loads(value)
    members: dict[str, Any] = {"attributes": attributes, "data": data}
    key = raw(line["key"]) if "key" in line else None
    foreign = jcs(data).encode() != value or key != str(data.get("session_id")).encode()
    shown = None if key is None else key.hex()
    if salted:
        members["data"] = {
            **{name: committed(salt(line, name), jcs(each).encode()) for name, each in data.items()},
            **line.get("withheld", {}),
        }
        if "whole" in line or (foreign and "withheld" not in line):
            members |= {"key": shown, "value": line.get("whole") or committed(salt(line, ""), value)}
    elif foreign:
        members |= {"key": shown, "sha256": hashlib.sha256(value).hexdigest()}
    return hashlib.sha256(b"\0" + jcs(members).encode()).digest()


def salt(line: dict[str, Any], field: str) -> bytes:
    if "withheld" in line:
        return bytes.fromhex(line["salts"][field])
    return hashlib.sha256(bytes.fromhex(line["salt"]) + field.encode()).digest()


def committed(salted: bytes, value: bytes) -> str:
    return hashlib.sha256(salted + value).hexdigest()


def tree(hashes: list[bytes]) -> bytes:
    """RFC 6962, from the bottom up: pairs are joined, one that is left over rises as it is."""
    while len(hashes) > 1:
        pairs = [
            hashlib.sha256(b"\1" + one + two).digest() for one, two in zip(hashes[::2], hashes[1::2], strict=False)
        ]
        hashes = pairs + hashes[len(pairs) * 2 :]
    return hashes[0]


def signer(payload: bytes, signature: str, keys: dict[str, bytes]) -> str:
    head, middle, tail = signature.split(".")
    header = json.loads(unpadded(head))
    if header != {"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": header["kid"]} or middle:
        raise Tampered("header")
    if urlsafe_b64encode(unpadded(tail)).rstrip(b"=").decode() != tail:
        raise Tampered("signature in another writing")
    if header["kid"] in keys:
        try:
            Ed25519PublicKey.from_public_bytes(keys[header["kid"]]).verify(
                unpadded(tail), head.encode() + b"." + payload
            )
        except InvalidSignature:
            raise Tampered("signature") from None
    return str(header["kid"])


def public(jwks: dict[str, Any]) -> dict[str, bytes]:
    """Keys by their RFC 7638 thumbprint."""
    found = {}
    for key in jwks["keys"]:
        text = compact({name: key[name] for name in ("crv", "kty", "x")})
        found[urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()] = unpadded(key["x"])
    return found


def attribute(line: dict[str, Any], wanted: str) -> str:
    return next((raw(text).decode() for name, text in line["headers"] if name.lower() == wanted), "")


def raw(shown: Any) -> bytes:
    return shown.encode() if isinstance(shown, str) else b64decode(shown["base64"])


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compact(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def jcs(value: Any) -> str:
    """RFC 8785, for what stands in our records: numbers of moderate size."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{jcs(name)}:{jcs(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else f"{value:.17f}".rstrip("0")
        return text if value.is_integer() else (repr(value) if "e" not in repr(value) else f"{value:.5f}".rstrip("0"))
    return json.dumps(value, ensure_ascii=False)
