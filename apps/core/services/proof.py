"""Check the audit trail against its chain: what was changed, removed, put in or put elsewhere.

What this cannot see by itself: entries cut off at the end together with their seals, and somebody who
rewrites a whole chain from some entry on. For that one needs a copy of a later hash, kept where they cannot
write.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from apps.core.models import AuditEntry, AuditSeal
from apps.core.services import seals


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a chain is not what it was; `number` counts from 1."""

    chain: str
    number: int
    entry: str
    problem: str


@dataclass(slots=True)
class Proof:
    chains: int = 0
    sealed: int = 0
    unsealed: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1: tampered with. 2: some entries are not sealed yet. 0: all is as it was written."""
        return 1 if self.faults else 2 if self.unsealed else 0

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "status": ("ok", "tampered", "unsealed")[self.exit_code]}


def _entries(seals_: list[AuditSeal]) -> dict[str, AuditEntry]:
    """By id; looked up apart from the seals, since a join would hide a seal whose entry is gone."""
    return AuditEntry.objects.in_bulk([seal.entry_id for seal in seals_])


def _problem(seal: AuditSeal, entry: AuditEntry | None, *, number: int, previous: str) -> str:
    if seal.number != number:
        return f"number {number} is missing"
    if seal.previous != previous:
        return "it does not follow the seal before it"
    if entry is None:
        return "its entry is gone"
    if seals.entry_hash(entry, number=number, previous=previous) != seal.hash:
        return "it is not what was sealed"
    return ""


def _check_chain(chain: str, proof: Proof) -> None:
    """Walk `chain` from its first number; stop at the first fault, since all that follows hangs on it."""
    number, previous = 0, seals.GENESIS
    while batch := list(AuditSeal.objects.filter(chain=chain, number__gt=number).order_by("number")[: seals.BATCH]):
        entries = _entries(batch)
        for seal in batch:
            number += 1
            problem = _problem(seal, entries.get(seal.entry_id), number=number, previous=previous)
            if problem:
                proof.faults.append(Fault(chain, number, seal.entry_id, problem))
                return
            previous = seal.hash
            proof.sealed += 1


def verify() -> Proof:
    """Check every chain. Reads only; safe beside a running sealer."""
    proof = Proof()
    for chain in AuditSeal.objects.order_by("chain").values_list("chain", flat=True).distinct():
        proof.chains += 1
        _check_chain(chain, proof)
    proof.unsealed = AuditEntry.objects.filter(seal=None).count()
    return proof
