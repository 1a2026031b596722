"""The roles a person can have, at a school or for the whole district."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COUNSELOR = "counselor", _("Counselor")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    SRO = "sro", _("School Resource Officer")
    ADMINISTRATOR = "administrator", _("Administrator")
    LIAISON = "liaison", _("District liaison")
    COUNSEL = "counsel", _("Legal counsel")
    REPORTER = "reporter", _("Staff member who reports")


#: Roles that are held for the district and not at a school.
DISTRICT_ROLES = frozenset({Role.LIAISON, Role.COUNSEL})
#: Everyone who works on cases; the rest of the staff reports concerns.
CASE_ROLES = frozenset(set(Role) - {Role.REPORTER})
#: Those who receive concerns and carry cases.
CARE_ROLES = frozenset({Role.COUNSELOR, Role.SOCIAL_WORKER})
#: Those who answer for a school or the district: what nobody holds is theirs.
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.LIAISON})
#: Those who can receive a concern.
RECEIVERS = CARE_ROLES | OVERSEERS
EVERYONE = frozenset(Role)
#: No role that anybody has: how a case is seen that somebody of the district opened in an emergency, to read it.
EMERGENCY = "emergency"
