# Twenty-four hours, as beside "UTC" everywhere.
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y년 n월 j일 H:i"
