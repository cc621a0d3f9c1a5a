"""Check the audit trail: against its chain, its own checkpoints, and a copy of checkpoints kept elsewhere.

What cannot be seen without such a copy: entries cut off at the end together with their seals and checkpoints, and a
whole chain that was computed anew by somebody who has the signing key.

A chain that was cut begins after its cut, which is signed and names the checkpoint that it was cut at. Of a checkpoint
from before it only the signature is left to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from apps.core import documents
from apps.core.models import AuditCheckpoint, AuditCut, AuditEntry, AuditSeal
from apps.core.services import checkpoints, cuts, seals

Checkpoint = Mapping[str, Any]


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
    checkpoints: int = 0
    anchored: int = 0
    cut: int = 0  # entries that went with a signed cut
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


def _cut_problem(cut: AuditCut, keys: Sequence[Mapping[str, Any]]) -> str:
    said = cut.document
    if said.get("schema") != cuts.SCHEMA or not documents.verify(said, keys):
        return "its beginning was cut off, and not by what was signed"
    if (said["cut_id"], said["chain"], said["number"], said["hash"]) != (cut.pk, cut.chain, cut.number, cut.hash):
        return "its beginning was cut off elsewhere than was signed"
    return ""


def _check_chain(chain: str, proof: Proof) -> None:
    """Walk `chain` from its beginning; stop at the first fault, since all that follows hangs on it."""
    keys = documents.public_keys()
    for cut in AuditCut.objects.filter(chain=chain):
        if problem := _cut_problem(cut, keys):
            proof.faults.append(Fault(chain, cut.number, cut.pk, problem))
            return
    number, previous = seals.beginning(chain)
    proof.cut += number
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


def _checkpoint_problem(document: Checkpoint, keys: Sequence[Mapping[str, Any]]) -> str:
    if document.get("schema") != checkpoints.SCHEMA or not documents.verify(document, keys):
        return "this checkpoint is not what was signed"
    begins, after = seals.beginning(document["chain"])
    if document["number"] < begins:
        return ""
    if document["number"] == begins:
        return "" if document["hash"] == after else "the chain was cut where another checkpoint was signed"
    seal = AuditSeal.objects.filter(chain=document["chain"], number=document["number"]).first()
    if seal is None:
        return "a checkpoint was signed here, and the chain ends before it"
    if seal.hash != document["hash"]:
        return "the chain is not the one whose checkpoint was signed here"
    return ""


def _check_checkpoints(found: Iterable[tuple[str, int, Checkpoint]], proof: Proof) -> int:
    """Compare each with the chain; the first fault of a chain is named. Returns how many hold."""
    keys = documents.public_keys()
    known = {fault.chain for fault in proof.faults}
    held = 0
    for chain, number, document in found:
        problem = _checkpoint_problem(document, keys)
        if not problem and (document["chain"], document["number"]) != (chain, number):
            problem = "this checkpoint was signed for another place"
        if not problem:
            held += 1
        elif chain not in known:
            known.add(chain)
            proof.faults.append(Fault(chain, number, str(document.get("checkpoint_id", "")), problem))
    return held


def _place(document: Checkpoint) -> tuple[str, int, Checkpoint]:
    number = document.get("number")
    return str(document.get("chain", "")), number if isinstance(number, int) else 0, document


def verify_chains(chains: Iterable[str]) -> Proof:
    """Check these chains and their own checkpoints: what an officer of some sites may ask."""
    proof = Proof()
    wanted = list(chains)
    for chain in wanted:
        proof.chains += 1
        _check_chain(chain, proof)
    own = AuditCheckpoint.objects.filter(chain__in=wanted).order_by("chain", "number")
    proof.checkpoints = _check_checkpoints(own.values_list("chain", "number", "document").iterator(), proof)
    proof.unsealed = AuditEntry.objects.filter(chain__in=wanted, seal=None).count()
    return proof


def verify(anchor: Sequence[Checkpoint] = ()) -> Proof:
    """Check every chain, its checkpoints, and those of `anchor`. Reads only; safe beside a running sealer."""
    proof = Proof()
    known = {*AuditSeal.objects.values_list("chain", flat=True), *AuditCut.objects.values_list("chain", flat=True)}
    for chain in sorted(known):
        proof.chains += 1
        _check_chain(chain, proof)
    own = AuditCheckpoint.objects.order_by("chain", "number").values_list("chain", "number", "document")
    proof.checkpoints = _check_checkpoints(own.iterator(), proof)
    proof.anchored = _check_checkpoints(map(_place, anchor), proof)
    proof.unsealed = AuditEntry.objects.filter(seal=None).count()
    return proof
