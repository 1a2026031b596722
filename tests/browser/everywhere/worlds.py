"""Two more worlds in which the pages are looked at: one where all is late and nothing is short, and an empty one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from cases import workflow
from cases.models import CaseReview
from csec.accounts.models import User
from csec.identity import acting_as
from tests import around, make, reviews
from tests.matrix.rows import write_as_owner
from tests.matrix.world import WHO, World, holidays

#: As long as people write, with a word that no line holds.
LONG = (
    "She said that he waits at the gate each day, that he has her telephone and reads what comes, and that an address "
    "was written on her hand: https://example.org/"
    + "a-path-that-goes-on-and-on/" * 6
    + " Nobody else was there.\n\n"
) * 4
#: What is added to names, as much as the column takes: to those of people a word as long as there are, to others words.
PERSON = " María-Fernanda Keihanaikukauakahihuliheekahaunaele de la Santísima Trinidad"
PLACE = " of the Unified Elementary and Secondary Schools of San Buenaventura y la Santísima Trinidad"
TALL_NAMES = {
    "accounts_user": ("name", PERSON, 150),
    "directory_student": ("family_name", PERSON, 100),
    "directory_school": ("name", PLACE, 200),
    "directory_district": ("name", PLACE, 200),
    "directory_agency": ("name", PLACE, 200),
    "directory_closure": ("name", PLACE, 100),
}


class AsItIs(World):
    """The world of the matrix, in which legal counsel is on a case as well: some pages are counsel's alone."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        make.on_case_as_counsel(self.as_case(self.cases["own"]), self.staff, at=at)
        self.cases["own"].people["counsel"] = frozenset({"counsel"})


class LateAndLong(AsItIs):
    """That world forty days later: what was due is late, names are long, and people wrote at length."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now - timedelta(days=40))
        # A break that is near, of which nobody has made a plan.
        self.break_begins = holidays(now.date() + timedelta(days=2))
        for thing in self.cases.values():
            thing.ids["first_day"] = self.break_begins.isoformat()
        self.write_at_length(now)
        for table, (column, more, most) in TALL_NAMES.items():
            write_as_owner(f"UPDATE {table} SET {column} = left({column} || %s, %s)", more, most)  # noqa: S608

    def write_at_length(self, now: datetime) -> None:
        staff, case = self.staff, self.as_case(self.cases["own"])
        make.number_of(day=now.date() - timedelta(days=400))
        around.contact(case, staff.counselor, "Nell Brook", at=now, note=LONG, rests_on=LONG)
        around.safety_plan(case, staff.counselor, at=now, version=2, danger=LONG, avoid=LONG)
        make.released(case, staff.counselor, at=now, what=LONG, interest=LONG)
        make.interviewed(case, staff.counselor, at=now, note=LONG)
        again = {"reason": LONG, "review_on": now.date() + make.DAY}
        make.record(case, staff.counselor, "consult", "unable", at=now, **again)
        with acting_as(staff.administrator.pk):
            last = CaseReview.objects.get(case=case)
        reviews.reviewed(case, staff.administrator, at=now, last=last.pk, team_words=LONG, ask_carrier=LONG)
        concern = make.concern(staff, at=now, account=LONG, observed=LONG)
        workflow.supplement_concern(actor=staff.teacher, concern=concern, account=LONG, at=now)
        self.concerns["own"].ids["concern_id"] = concern.pk
        self.records = make.records_request(
            staff, at=now, student=self.classmate, asked_by=LONG[:150], wants=LONG
        )
        make.missing(staff.teacher, staff.student, at=now)


class Nothing(World):
    """A district with its people, in which nothing was recorded yet."""

    def __init__(self, now: datetime) -> None:
        self.at = now
        make.district()
        self.staff = staff = make.Staff()
        self.people: dict[str, User | None] = {"nobody": None}
        for who in WHO:
            if hasattr(staff, who):
                self.people[who] = getattr(staff, who)
        for who, role in NEWCOMERS.items():
            self.people[who] = make.user(f"Newcomer {who}", role, staff.school)
        self.cases, self.concerns, self.duties, self.transfers, self.colleagues = {}, {}, {}, {}, {}
        self.clients = {who: Client() for who in WHO}
        for who, person in self.people.items():
            if person:
                self.clients[who].force_login(person)

    @property
    def of_nobody(self) -> dict[str, Any]:
        """There is nothing yet that an address of something recorded could name."""
        return ABSENT


NEWCOMERS = {"former": "counselor", "substitute": "sro", "excluded": "administrator", "emergency": "counsel"}
#: Of what is recorded; help and languages are there from the start.
ABSENT = {
    "token": "x" * 43,
    "language": "es",
    "topic": "reports",
    **{
        f"{name}_id": uuid4()
        for name in ("away", "records", "school", "closure", "agency", "student", "other", "merge")
    },
}
