from apps.core import audit

audit.register(
    retention__planned="planned the day of the deletion",
    retention__taken_back="took the planned day of the deletion back",
    deletion__key_destroyed="destroyed the key of the recording",
    deletion__receipt_signed="signed the receipt of the deletion",
    hold__proposed="asked for a legal hold",
    hold__confirmed="confirmed the legal hold as a second person",
    hold__ended="ended the legal hold",
    erasure__ordered="ordered the erasure of a person",
    erasure__finished="finished the erasure of a person",
)
