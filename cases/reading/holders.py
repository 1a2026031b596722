"""Who is on a case, and on the cases of a first screen; and whom an open part waits for, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import kinds
from cases.models import Case, CasePerson, StepPart
from cases.text import Words
from csec.accounts.models import Away, User
from csec.accounts.roles import Role

#: For whom a part waits, where it is counted or listed by role: as PostgreSQL tells those apart that can end it.
OF_ROLES = {
    "care": gettext_lazy("Counselor or social worker"),
    "administrator": gettext_lazy("Administrator"),
    "sro": gettext_lazy("School Resource Officer"),
    "several": gettext_lazy("Either of several roles"),
}


def people_of(case: Case, at: datetime, *, today: date) -> list[CasePerson]:
    """Who is on a case, or kept from it; each with `away`, whether they are not there on that day."""
    days = Away.objects.filter(person=OuterRef("person"), withdrawn_at__isnull=True)
    away = Exists(days.filter(first_day__lte=today, last_day__gte=today))
    return list(CasePerson.objects.of(at).filter(case=case).select_related("person").annotate(away=away))


def whom_it_waits_for(
    part: StepPart, people: Iterable[Mapping[str, str]], contact_with: Words | None
) -> Words:
    """The people on the case in its roles, or the roles; a contact is one person's, a report each one's own."""
    if "mandated_reporter" in part.actors:
        return _("each person who first knew or suspected")
    if part.kind in kinds.SCHEDULED and contact_with:
        return contact_with
    names = [one["name"] for one in people if one["role"] in part.actors]
    return ", ".join(dict.fromkeys(names)) or " / ".join(str(Role(role).label) for role in part.actors)


class OnCases:
    """Who is on some cases at that moment, in roles that they still have there, and who is excluded; asked once."""

    def __init__(self, cases: Collection[UUID], at: datetime) -> None:
        self._here: dict[UUID, list[dict[str, str]]] = defaultdict(list)
        self._excluded: dict[UUID, set[UUID]] = defaultdict(set)
        # A subquery and not a join: PostgreSQL might ask the rule of access for each pair of a person and a case.
        name = Subquery(User.objects.filter(pk=OuterRef("person")).values("name"))
        rows = CasePerson.objects.of(at).filter(case__in=cases).annotate(name=name)
        found = rows.order_by("name", "pk").values_list(
            "case", "person", "role", "excluded", "works_here", "name"
        )
        for case, person, role, excluded, works_here, name in found:
            if excluded:
                self._excluded[case].add(person)
            elif works_here:
                self._here[case].append({"role": role, "name": name})

    def people(self, case: UUID) -> Sequence[Mapping[str, str]]:
        """Each with `role` and `name`, as `whom_it_waits_for` reads them."""
        return self._here[case]

    def roles(self, case: UUID) -> set[str]:
        return {one["role"] for one in self._here[case]}

    def is_excluded(self, person: UUID, case: UUID) -> bool:
        return person in self._excluded[case]
