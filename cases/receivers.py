"""Who receives a concern: a named person and a backup, past whoever is implicated or related."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.directory.models import School

_ORDER = [Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR, Role.LIAISON]


def receivers(school: School, *, past: Collection[UUID], on: date) -> list[User]:
    """
    The people who can receive a concern at this school on that day, the first two being receiver and backup.

    First those whom the school has named, then its counselors, social workers and administrators, then the
    district liaison. Empty when there is nobody.
    """
    memberships = (
        Membership.objects.current(on)
        .filter(Q(school=school) | Q(role=Role.LIAISON), role__in=_ORDER)
        .exclude(person__in=past)
        .select_related("person")
    )
    ordered = sorted(
        memberships, key=lambda m: (m.receives or 99, _ORDER.index(Role(m.role)), m.since, str(m.pk))
    )
    return list({membership.person_id: membership.person for membership in ordered}.values())
