# Without the day of the week.
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
