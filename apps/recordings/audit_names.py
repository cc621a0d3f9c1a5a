from apps.core import audit

audit.register(
    recording__created="prepared a recording after consent",
    recording__code_minted="made a start code",
    recording__exchanged="opened the recording in the person's browser",
    recording__started="began recording",
    recording__paused="paused the recording",
    recording__resumed="resumed the recording",
    recording__ended="ended the recording",
    recording__processed="prepared the recording for replay",
    recording__reopened="took in what arrived late",
    recording__shared="sent the recording to support",
    recording__doomed="ordered the deletion of the recording",
    recording__deleted="finished the deletion of the recording",
    recording__frozen="froze the recording: kept, and shown to nobody",
    recording__unfrozen="let the recording be watched again",
    recording__watched="watched the recording",
    recording__glanced="read what went wrong in the recording",
    recording__remarked="wrote a remark on the recording",
    recording__exported="exported the recording",
    recording__imported="imported a recording",
)
