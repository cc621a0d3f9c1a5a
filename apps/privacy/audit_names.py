from apps.core import audit

audit.register(
    retention__planned="planned the day of the deletion",
    retention__taken_back="took the planned day of the deletion back",
    deletion__key_destroyed="destroyed the key of the recording",
    deletion__receipt_signed="signed the receipt of the deletion",
    erasure__ordered="ordered the erasure of a person",
    erasure__finished="finished the erasure of a person",
)
