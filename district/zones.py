"""The time zones of schools, as the pages call them."""

from django.utils.translation import gettext_lazy as _

#: The zones in which there are school districts of the United States.
ZONES = (
    ("America/Puerto_Rico", _("Atlantic (Puerto Rico)")),
    ("America/New_York", _("Eastern")),
    ("America/Chicago", _("Central")),
    ("America/Denver", _("Mountain")),
    ("America/Phoenix", _("Mountain, no daylight saving (Arizona)")),
    ("America/Los_Angeles", _("Pacific")),
    ("America/Anchorage", _("Alaska")),
    ("Pacific/Honolulu", _("Hawaii")),
    ("Pacific/Guam", _("Guam")),
)
