"""Audit: the Merkle log, signed checkpoints, verification, and replay as a proof."""

from ethogram.audit.attest import Attestation, attest, attest_bundle
from ethogram.audit.bundle import Opened, pack, unpack
from ethogram.audit.findings import Difference, Replayed, ReplayReport, SessionDigest, events_digest, session_digest
from ethogram.audit.lines import Withhold, fields_named
from ethogram.audit.log import SaltUnknown, leaf, session_root
from ethogram.audit.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
)
from ethogram.audit.patterns import PATTERNS
from ethogram.audit.proofs import (
    ConsistencyProof,
    InclusionProof,
    checkpoints,
    prove_consistency,
    prove_inclusion,
)
from ethogram.audit.regrown import Log, grow, set_aside
from ethogram.audit.replay import replay
from ethogram.audit.signature import Keys, SignatureInvalid, SignerUnknown, check, sign, signed_by, trusted
from ethogram.audit.triage import Circumstances, Triage, triage
from ethogram.audit.verification import Place, Verification, verify
from ethogram.audit.witness import INTERVAL, Salts, Witnessed, witness

__all__ = [
    "INTERVAL",
    "PATTERNS",
    "Attestation",
    "Circumstances",
    "ConsistencyProof",
    "Difference",
    "Frontier",
    "InclusionProof",
    "Keys",
    "Log",
    "Opened",
    "Place",
    "ReplayReport",
    "Replayed",
    "SaltUnknown",
    "Salts",
    "SessionDigest",
    "SignatureInvalid",
    "SignerUnknown",
    "Triage",
    "Verification",
    "Withhold",
    "Witnessed",
    "attest",
    "attest_bundle",
    "check",
    "checkpoints",
    "consistency_proof",
    "events_digest",
    "fields_named",
    "grow",
    "inclusion_proof",
    "leaf",
    "leaf_hash",
    "pack",
    "prove_consistency",
    "prove_inclusion",
    "proves_consistency",
    "proves_inclusion",
    "replay",
    "session_digest",
    "session_root",
    "set_aside",
    "sign",
    "signed_by",
    "triage",
    "trusted",
    "unpack",
    "verify",
    "witness",
]  # fmt: skip
