"""Who is in a drill: the schools, the student, and a colleague for each role that the learner does not play."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, DISTRICT_ROLES, Role
from csec.directory.models import School
from drills.situations import SCHOOL_ROLES, Situation

#: Names that nobody takes for somebody's; the same in every drill, so that one knows them again.
NAMES = {
    Role.REPORTER: "Toni Teacher",
    Role.COUNSELOR: "Cam Counselor",
    Role.SOCIAL_WORKER: "Sasha Socialworker",
    Role.SRO: "Ori Officer",
    Role.ADMINISTRATOR: "Addy Administrator",
    Role.COUNSEL: "Lou Lawyer",
}
NEXT_SCHOOLS = "Noor Nextschool"
STUDENT = ("Sky", "Student")
IN_ROLE_FOR = timedelta(days=30)
#: Far from 12 and from 18, where other rules begin.
AGE = timedelta(days=15 * 365 + 100)


@dataclass
class Cast:
    """Whom the database is asked to invent, and the ids by which they are found there."""

    school: UUID = field(default_factory=uuid4)
    next_school: UUID = field(default_factory=uuid4)
    student: UUID = field(default_factory=uuid4)
    twin: UUID = field(default_factory=uuid4)
    #: The colleagues by their roles.
    people: dict[str, UUID] = field(default_factory=dict)
    played: dict[str, Any] = field(default_factory=dict)

    def of(self, *roles: str) -> UUID:
        """A colleague in one of these roles, the first that there is; the learner's twin where that is theirs."""
        return next((self.people[role] for role in roles if role in self.people), self.twin)


def cast_for(learner: User, situation: Situation, *, at: datetime) -> Cast:
    """A drill's schools and people; what is the learner's own in this situation is played by their twin."""
    cast, own = Cast(), learner.roles & situation.roles
    others = SCHOOL_ROLES | set(situation.of_the_district)
    cast.people = {role: uuid4() for role in NAMES if role in others and role not in own}
    zone = learner_zone(learner)
    since = (at.astimezone(zone.zone) - IN_ROLE_FOR).date().isoformat()
    nextdoor = uuid4()
    people = [(cast.twin, learner.name), (nextdoor, NEXT_SCHOOLS)]
    people += [(pk, NAMES[Role(role)]) for role, pk in cast.people.items()]
    roles = [{"person": nextdoor, "school": cast.next_school, "role": Role.COUNSELOR, "receives": 1}]
    roles += [_held(cast, cast.twin, role) for role in sorted(own)]
    roles += [_held(cast, pk, role) for role, pk in cast.people.items()]
    first = next((one for one in roles if one["person"] == cast.twin and one["role"] in CARE_ROLES), None)
    carers = [one for one in roles if one["role"] in CARE_ROLES and one["school"] == cast.school]
    first = first or carers[0]
    first["receives"] = 1
    backup = next((one for one in carers if one["person"] != first["person"]), None)
    if backup:
        backup["receives"] = 2
    given_name, family_name = STUDENT
    cast.played = {
        "twin": cast.twin,
        "schools": [
            {"id": cast.school, "name": _("Drill School"), "time_zone": zone.time_zone},
            {"id": cast.next_school, "name": _("Next Drill School"), "time_zone": zone.time_zone},
        ],
        "people": [{"id": pk, "name": name} for pk, name in people],
        "roles": [{"receives": None, "since": since, **one} for one in roles],
        "students": [
            {
                "id": cast.student,
                "school": cast.school,
                "given_name": given_name,
                "family_name": family_name,
                "birth_date": (at - AGE).date().isoformat(),
            }
        ],
    }
    return cast


def _held(cast: Cast, person: UUID, role: str) -> dict[str, Any]:
    """A role at the school of the drill; the liaison's and counsel's for all of its schools."""
    return {"person": person, "school": None if role in DISTRICT_ROLES else cast.school, "role": role}


def learner_zone(learner: User) -> School:
    """The school whose clock a drill goes by: the first of the learner's own, or of the district's."""
    own = next((m.school for m in learner.current_memberships if m.school), None)
    return own or School.objects.filter(drill=None).first() or School()
