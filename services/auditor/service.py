"""Auditor: witnesses every record, grows the Merkle log of each session, signs its heads, keeps the archive."""

from ethogram.audit import Witnessed, witness
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
)
