"""How recordings and people's data go. Callers: `from apps.privacy.services import deletion`.

`retention`  when a recording goes: plan, plan_ticket, take_back, reconcile
`holds`      keep one past its date: propose, confirm, end
`deletion`   the death of one recording, step by step, resumable
`sweeps`     what is due is found and deleted; what has outlived its purpose is tidied away
`orphans`    what lies there and belongs to nobody: find, remove
`restore`    after a backup was restored: what was deleted since is deleted again
`erasure`    all of a person: preview, erase_recording, erase_subject
`forgetting` people whose cases have long been over
`trail`      how long the audit trail stays
`receipts`   the signed proof of a deletion
`reports`    what is held, due and overdue
"""
