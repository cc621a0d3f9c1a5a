from apps.core import audit

audit.register(
    retention__planned="planned the day of the deletion",
    retention__taken_back="took the planned day of the deletion back",
    deletion__key_destroyed="destroyed the key of the recording",
    deletion__receipt_signed="signed the receipt of the deletion",
    request__received="wrote down a person's request",
    request__answered="answered a person's request",
    papers__made="made papers of the processing",
    evidence__packed="packed the evidence of a recording",
    person__exported="exported all that is kept about a person",
    alarm__raised="raised an alarm for the privacy officers",
    access__ordered="asked for a copy of the recording for the person",
    access__made="made the copy for the person",
    access__downloaded="downloaded the copy for the person",
    hold__proposed="asked for a legal hold",
    hold__confirmed="confirmed the legal hold as a second person",
    hold__ended="ended the legal hold",
    restore__replayed="deleted again what a restored backup had brought back",
    erasure__ordered="ordered the erasure of a person",
    erasure__finished="finished the erasure of a person",
)
