"""Audit: the Merkle log, signed checkpoints, verification, and replay as a proof."""

from ethogram.audit.findings import Difference, Replayed, ReplayReport, SessionDigest, events_digest, session_digest
from ethogram.audit.log import leaf, session_root
from ethogram.audit.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
)
from ethogram.audit.regrown import Log, grow
from ethogram.audit.replay import replay
from ethogram.audit.signature import Keys, SignatureInvalid, SignerUnknown, check, sign, trusted
from ethogram.audit.verification import Place, Verification, verify
from ethogram.audit.witness import INTERVAL, Witnessed, witness

__all__ = [
    "INTERVAL", "Difference", "Frontier", "Keys", "Log", "Place", "ReplayReport", "Replayed", "SessionDigest",
    "SignatureInvalid", "SignerUnknown", "Verification", "Witnessed", "check", "consistency_proof", "events_digest",
    "grow", "inclusion_proof", "leaf", "leaf_hash", "proves_consistency", "proves_inclusion", "replay",
    "session_digest", "session_root", "sign", "trusted", "verify", "witness",
]  # fmt: skip
