"""Audit: verify a session or a bundle, prove a record, hand the evidence out, look after keys."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson, Limit, Reason, Session
from ethogram.cli.output import console, safe, short, show_json, table
from ethogram.cli.reach import connection, log_named, reachable, session_named

if TYPE_CHECKING:
    from ethogram.audit import Attestation, Keys
    from ethogram.runtime.history import History

audit = typer.Typer(help="Audit: the signed log of every session.", no_args_is_help=True)
keys = typer.Typer(help="Keys: who signs, and whose signatures count.", no_args_is_help=True)
audit.add_typer(keys, name="keys")
KeyFile = Annotated[
    Path | None, typer.Option("--key", help="JWKS of the keys to trust; without it those of ETHOGRAM_HOME.")
]
Kid = Annotated[str, typer.Argument(metavar="KID", help="A key's thumbprint, from `ethogram audit keys list`.")]


@audit.command("verify")
def verify(
    subject: Annotated[
        str, typer.Argument(metavar="[SESSION|BUNDLE]", help="A session (or other log), or a bundle file.")
    ] = "latest",
    key: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Hold a session or a bundle against its signatures and its rules; exit code 1 unless it is verified.

    A bundle needs no stack and no network. Example: `ethogram audit verify B.zip --key trusted.jwks`
    """
    from ethogram.audit import attest, attest_bundle
    from ethogram.cli.replaying import services

    path = Path(subject)
    if path.is_file():
        found = attest_bundle(path.read_bytes(), _keys(key), services())
    else:
        history = _history(subject)
        found = attest(history.records, _keys(key), services(), history.unreadable)
    if as_json:
        show_json({"verified": found.verified, "summary": found.log.summary, **found.model_dump(mode="json")})
    else:
        _show(found)
    if not found.verified:
        raise typer.Exit(ExitCode.FAILED)


@audit.command("export")
def export(
    session: Session,
    out: Annotated[Path, typer.Option("--out", help="The zip file to write.")],
    redact: Annotated[
        list[str] | None, typer.Option("--redact", help="A field to withhold: reasoning, or decision.made.option.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a session as one file that anybody can verify offline with the public key alone.

    Fields may be withheld (repeat --redact): the signed log is verified all the same, but no conclusion derived again.
    """
    from ethogram import __version__
    from ethogram.audit import SaltUnknown, fields_named, pack
    from ethogram.runtime.keys import public_keys

    history = _history(session)
    withhold = fields_named(redact) if redact else None
    if withhold and (unknown := _unknown_fields(redact or [], history)):
        raise CommandFailed(ExitCode.USAGE, f"no event of this session has a field {', '.join(unknown)}")
    try:
        data = pack(history.records, public_keys(reachable()), __version__, withhold)
    except SaltUnknown:
        words = "this session's log was not salted when it was written: its fields cannot be withheld"
        raise CommandFailed(ExitCode.FAILED, words) from None
    try:
        out.write_bytes(data)
    except OSError as error:
        raise CommandFailed(ExitCode.INFRASTRUCTURE, f"{out}: {error.strerror}") from None
    hidden = sum(bool(withhold(record.event)) for record in history.records) if withhold else 0
    said = {
        "file": str(out), "session_id": history.records[0].event.session_id, "records": len(history.records),
        "bytes": len(data), "left_out": len(history.unreadable), "withheld": hidden,
    }  # fmt: skip
    if as_json:
        show_json(said)
    else:
        console().print(safe(f"{out}: {said['records']} records, {said['bytes']} bytes"))


@audit.command("prove")
def prove(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="An event's id.")], as_json: AsJson = False
) -> None:
    """Prove that one event is in the signed log of its session: about log2(n) hashes, checked before they are shown."""
    from ethogram.audit import prove_inclusion
    from ethogram.runtime.store.archive import session_of_event

    with connection() as opened:
        session_id = session_of_event(opened, event)
    if session_id is None:
        raise CommandFailed(ExitCode.USAGE, f"no event {event} is in the archive")
    proof = prove_inclusion(_history(session_id).records, event)
    holds = proof.holds(_keys(None))
    if as_json:
        show_json({**proof.model_dump(), "holds": holds})
    else:
        screen = console()
        screen.print(safe(f"{event} is record {proof.index} of {proof.stream} in session {proof.session_id}"))
        for step in proof.path:
            screen.print(safe(f"  {step}", "dim"))
        screen.print(safe("the proof holds" if holds else "the proof does not hold", "bold green" if holds else "red"))
    if not holds:
        raise typer.Exit(ExitCode.FAILED)


@audit.command("consistency")
def consistency(session: Session = "latest", as_json: AsJson = False) -> None:
    """Prove between every two successive checkpoints that the log was only added to."""
    from ethogram.audit import checkpoints, prove_consistency

    records = _history(session).records
    signed = [checkpoint for _, checkpoint in checkpoints(records)]
    proofs = [prove_consistency(records, *pair) for pair in pairwise(signed)]
    holds = all(proof.holds() for proof in proofs)
    if as_json:
        show_json({"holds": holds, "checkpoints": [one.id for one in signed],
                   "proofs": [proof.model_dump(mode="json") for proof in proofs]})  # fmt: skip
    else:
        sizes = ", ".join(str(one.size) for one in signed) or "none"
        console().print(safe(f"checkpoints of size {sizes}: {'each begins with the last' if holds else 'they fork'}"))
    if not holds:
        raise typer.Exit(ExitCode.FAILED)


@audit.command("publish")
def publish(
    git: Annotated[Path, typer.Option("--git", help="Folder of the git repository; made if there is none.")],
    session: Annotated[str | None, typer.Argument(metavar="[SESSION]", help="Without it all sessions.")] = None,
    as_json: AsJson = False,
) -> None:
    """Commit every checkpoint to a git repository, one signed commit each; push it where nobody can rewrite it."""
    from ethogram.events import AuditCheckpoint
    from ethogram.runtime import trail
    from ethogram.runtime.keys import public_keys, signing_key
    from ethogram.runtime.store.checkpoints import stored_checkpoints

    settings = reachable()
    with connection(settings) as opened:
        found = stored_checkpoints(opened, session_named(session, settings) if session else None)
    signed = [trail.Signed(AuditCheckpoint.model_validate(body), jws, at) for body, jws, at in found]
    commits = trail.publish(git, signed, signing_key(settings), public_keys(settings))
    if as_json:
        show_json({"folder": str(git), "checkpoints": len(signed), "commits": commits})
    else:
        console().print(safe(f"{len(commits)} commits added to {git}; {len(signed)} checkpoints are there"))


@audit.command("log")
def log(
    session: Annotated[str | None, typer.Argument(metavar="[SESSION]")] = None,
    limit: Limit = 50,
    decisions: Annotated[bool, typer.Option("--decisions", help="From the archive: also what agents decided.")] = False,
    as_json: AsJson = False,
) -> None:
    """Who asked for what, when, why, and what was said to it: every command and every verdict; newest first."""
    from ethogram.runtime.store.archive import trail
    from ethogram.runtime.store.audit_log import lines

    with connection() as opened:
        session_id = session_named(session) if session else None
        found = trail(opened, session_id, limit, decisions=True) if decisions else lines(opened, session_id, limit)
    if as_json:
        show_json(found)
        return
    rows = table("", "when", "session", "who", "what", "why", "said", "signed")
    for each in found:
        told = (each.get(name, "") for name in ("who", "what", "why", "said"))
        signed = "yes" if each.get("signed") else ""
        rows.add_row(safe(each["when"]), short(each["session_id"]), *map(safe, told), signed)
    console().print(rows if found else "nothing is on record")


@keys.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys that are trusted, and those that were revoked."""
    from ethogram.runtime.keys import described
    from ethogram.runtime.settings import load

    found = described(load())
    if as_json:
        show_json(found)
        return
    rows = table("", "kid", "state", "why")
    for each in found:
        rows.add_row(safe(each["kid"]), safe(each["state"]), safe(each["reason"]))
    console().print(rows if found else "no keys yet: the first start makes one")


@keys.command("rotate")
def rotate(as_json: AsJson = False) -> None:
    """Sign with a new key from now on. The old private key is destroyed; what it signed stays trusted."""
    from ethogram.runtime import keys as store
    from ethogram.runtime.settings import load

    _said(store.rotate(load()), "signs from now on", as_json)


@keys.command("revoke")
def revoke(kid: Kid, reason: Reason, as_json: AsJson = False) -> None:
    """Trust no signature of a key any more; if it is the signing one, a new one takes its place."""
    from ethogram.runtime import keys as store
    from ethogram.runtime.settings import load

    store.revoke(load(), kid, reason)
    _said(kid, "is revoked", as_json)


@keys.command("trust")
def trust(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JWKS of another installation.")], as_json: AsJson = False
) -> None:
    """Trust the keys of another installation too."""
    from ethogram.runtime import keys as store
    from ethogram.runtime.settings import load

    for kid in store.trust(load(), store.read_jwks(file)):
        _said(kid, "is trusted", as_json)


@keys.command("export")
def export_keys() -> None:
    """Print the trusted public keys as a JWKS, for those who verify elsewhere."""
    from ethogram.runtime.keys import public_keys
    from ethogram.runtime.settings import load

    show_json(public_keys(load()))


def _said(kid: str, words: str, as_json: bool) -> None:
    if as_json:
        show_json({"kid": kid})
    else:
        console().print(safe(f"{kid} {words}"))


def _unknown_fields(names: list[str], history: History) -> list[str]:
    from ethogram.audit import fields_named

    events = {type(record.event): record.event for record in history.records}.values()
    return [name for name in names if not any(fields_named([name])(event) for event in events)]


def _history(session: str) -> History:
    from ethogram.runtime.history import session_history

    settings = reachable()
    session_id = log_named(session, settings)
    found = session_history(settings, session_id)
    if not found.records:
        raise CommandFailed(
            ExitCode.INFRASTRUCTURE, f"no topic at {settings.kafka_bootstrap_servers} knows {session_id}"
        )
    return found


def _keys(path: Path | None) -> Keys:
    from ethogram.audit import trusted
    from ethogram.runtime.keys import read_jwks, trusted_keys
    from ethogram.runtime.settings import load

    return trusted(read_jwks(path)) if path else trusted_keys(load())


def _show(found: Attestation) -> None:
    screen, log = console(), found.log
    screen.print(safe(f"session {log.session_id}: {log.size} records, head {log.root}"))
    if log.kid:
        screen.print(safe(f"signed by {log.kid} in checkpoint {log.checkpoint_id}", "dim"))
    if log.place:
        place: Any = log.place
        screen.print(safe(f"place   {place.topic}, records {place.first} to {place.last} {place.event_id}", "red"))
    if found.withheld:
        screen.print(safe(f"fields of {found.withheld} records are withheld: nothing is derived again", "yellow"))
    if found.replay:
        said = "as recorded" if found.replay.identical else f"{len(found.replay.differences)} differences"
        screen.print(safe(f"derived again: {said}; digest {found.replay.digest.digest}"))
        if found.replay.first:
            screen.print(safe(found.replay.first.summary, "red"))
    for note in log.notes:
        screen.print(safe(note, "dim"))
    screen.print(safe(log.summary if log.status != "verified" or found.verified else "not verified: see above",
                      "bold green" if found.verified else "bold red"))  # fmt: skip
