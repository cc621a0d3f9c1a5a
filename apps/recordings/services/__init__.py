"""The verbs, one module a subject.

lifecycle   from consent to the order of deletion
ingest      an upload is checked, scanned, sealed, kept
control     what the person's page may say: pause, resume, stop, withdraw, "not me", beat
sweeps      what time does by itself
packing     chunks become segments and an index
replay      reading what was packed
watching    who looked
exchange    events in and out as files
vault       where sealed objects lie
"""
