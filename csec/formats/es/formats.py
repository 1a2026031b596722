"""
As they are written in the United States in Spanish: the order of the day is Spanish, the clock has twelve hours, and
numbers have a point and commas. Django's own formats of Spanish are those of Spain.
"""

from django.utils.translation import gettext_noop

DAY = "D j b"
DAY_AND_YEAR = "D j b Y"
LONG_DAY = r"l j \d\e F \d\e Y"
MONTH_AND_DAY = "j b"
SHORT_DAY = "j b Y"
MONTH = r"F \d\e Y"
CLOCK = "P"
MOMENT = "D j b, P"
MOMENT_AND_YEAR = "D j b Y, P"
LONG_MOMENT = r"l j \d\e F \d\e Y, P"
PLAIN_CLOCK = "g:i A"
PLAIN_MOMENT = "D j b, g:i A"
PLAIN_MOMENT_AND_YEAR = "D j b Y, g:i A"

DATE_FORMAT = r"j \d\e F \d\e Y"
TIME_FORMAT = CLOCK
DATETIME_FORMAT = r"j \d\e F \d\e Y, P"
SHORT_DATE_FORMAT = SHORT_DAY
SHORT_DATETIME_FORMAT = "j b Y, P"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","

# A day typed by hand, where a browser has no field for it, is read as it is in English: the forms are the same ones,
# and 9/4 is not two days.
DATE_INPUT_FORMATS = ["%m/%d/%Y", "%m/%d/%y"]
DATETIME_INPUT_FORMATS = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"]

# Django writes them without the space between (p.m.), at which a line may not end.
_HALVES_OF_A_DAY = (gettext_noop("a.m."), gettext_noop("p.m."))
