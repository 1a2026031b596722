"""Who has the contact that waits in a case now: past whoever is away their cover, as the first screens ask for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CheckIn
from cases.oncall import OnCall, for_contact
from cases.reading.break_plans import BREAK_PLANS, in_break, planned_breaks
from cases.text import Words
from csec.accounts.roles import RECEIVERS

#: With nobody there, the first screens of all who can see to it ask for it.
EVERYBODYS = _("whoever carries the case or answers for it")


class HasIt(NamedTuple):
    """
    Whom the contact is asked of on this day; nobody by name where nobody is there.

    `left`: who of those that the schedule names, or who took it up, works at the school no more.
    """

    person: UUID | None
    name: Words
    left: frozenset[UUID]

    def is_mine(self, reader: UUID, role: str) -> bool:
        return self.person == reader if self.person else role in RECEIVERS


class _Planned(NamedTuple):
    person_id: UUID | None
    cover_id: UUID | None


_BY_WHOM = {"taken_by": "taken_by", "person": "plan__person", "cover": "plan__cover"}
#: With a contact that waits, the name of each by whom it is planned, for `name_of_contact`.
NAMES_OF_CONTACT = {f"{name}_name": F(f"{path}__name") for name, path in _BY_WHOM.items()}


def by_whom(at: datetime) -> JSONObject:
    """With a contact that waits: by whom it is planned, what was said of breaks, and who of them is there."""
    names = {f"{name}_name": f"{path}__name" for name, path in _BY_WHOM.items()}
    return JSONObject(**_BY_WHOM, **names, breaks=BREAK_PLANS, there=for_contact(at))


def contact_of_case(at: datetime) -> Subquery:
    """The same with a case; none where no contact waits, or it is not the reader's to know of."""
    waiting = CheckIn.objects.filter(case=OuterRef("pk"), state=CheckIn.State.WAITING)
    return Subquery(waiting.order_by().values(row=by_whom(at))[:1])


def who_has(contact: Mapping[str, Any], case: Case, at: datetime) -> HasIt:
    """Whose a contact, as it came with `by_whom`, is on the school's day; asks nothing."""
    today = at.astimezone(case.zone).date()
    ids = {name: UUID(contact[name]) for name in _BY_WHOM if contact[name]}
    names = {pk: contact[f"{name}_name"] for name, pk in ids.items()}
    breaks = planned_breaks(contact["breaks"])
    names |= {one.person: one.name for one in breaks if one.person}
    there = OnCall.from_rows(contact["there"])
    whose = there.whose(
        _Planned(ids.get("person"), ids.get("cover")),
        ids.get("taken_by"),
        case.school_id,
        today,
        in_break=in_break(breaks, today),
    )
    left = frozenset(pk for pk in ids.values() if not there.works_at(pk, case.school_id))
    return HasIt(whose, names[whose] if whose else EVERYBODYS, left)


def name_of_contact(row: Any, whose: UUID | None) -> Words:
    """The name of whoever has a contact that came with NAMES_OF_CONTACT and BREAK_PLANS."""
    names = {one.person: one.name for one in planned_breaks(row.break_plans) if one.person}
    plan = row.plan
    names |= {
        row.taken_by_id: row.taken_by_name,
        plan.person_id: row.person_name,
        plan.cover_id: row.cover_name,
    }
    return names[whose] if whose else EVERYBODYS
