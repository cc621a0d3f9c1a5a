"""The verbs, one module a subject.

lifecycle   from consent to the order of deletion
ingest      an upload is checked, scanned, sealed, kept
control     what the person's page may say: pause, resume, stop, withdraw, "not me", beat
sweeps      what time does by itself
cutting     a passage is taken out, and what is stored written anew
passages    which passages, and what is left of events without them
packing     chunks become segments and an index
replay      reading what was packed
picture     the page's tree as its events leave it, for snapshots of our own
problems    what went wrong, found in the events
story       steps and problems in words
live        what was just acknowledged, for those who may watch live
watching    who looked
remarks     what staff wrote at a moment
exports     steps, requests, a script to run and the whole to play, as files
offline     one file that plays a recording without a connection
exchange    events in and out as files
vault       where sealed objects lie
"""
