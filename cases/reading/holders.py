"""Whom an open part of a case waits for, in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from cases import kinds
from cases.models import StepPart
from cases.text import Words
from csec.accounts.roles import Role


def whom_it_waits_for(
    part: StepPart, people: Iterable[Mapping[str, str]], contact_with: Words | None
) -> Words:
    """The people on the case in its roles, or the roles; a contact is one person's, a report each one's own."""
    if "mandated_reporter" in part.actors:
        return _("each person who learned of it")
    if part.kind in kinds.SCHEDULED and contact_with:
        return contact_with
    names = [one["name"] for one in people if one["role"] in part.actors]
    return ", ".join(dict.fromkeys(names)) or " / ".join(str(Role(role).label) for role in part.actors)
