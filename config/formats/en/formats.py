# "23 December 2026, 14:05": nobody takes the day for the month.
DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
