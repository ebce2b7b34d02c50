"""Auditor: witnesses every record, grows the Merkle log of each session, signs its heads, keeps the archive."""

from dataclasses import replace
from functools import partial

from ethogram.audit import Salts, Witnessed, witness
from ethogram.events import AuditCheckpoint
from ethogram.runtime.store.archive import insert_archive
from ethogram.runtime.store.checkpoints import insert_checkpoints
from ethogram.topology import Service

auditor = Service(
    name="auditor",
    initial=Witnessed(),
    witness=witness,
    archives=insert_archive,
    projects={AuditCheckpoint: insert_checkpoints},
    emits=(AuditCheckpoint,),
    signed=True,
    gathers=True,
)


def salted(service: Service[Witnessed], salts: Salts) -> Service[Witnessed]:
    """The auditor of an installation with a secret: its leaves hold commitments, so that fields can be withheld."""
    return replace(service, witness=partial(witness, salts=salts))
