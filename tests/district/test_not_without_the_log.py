"""Nothing of the district is changed when its event cannot be written, and each change leaves one that says who."""

from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.db import DatabaseError

from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.audit.models import Event
from csec.directory.models import Agency, Closure
from district import workflow
from district.workflow import VERBS
from tests import make
from tests.audit.ledger import without_the_log
from tests.district.test_add_agency import NUMBER
from tests.district.test_change_district import SETTINGS
from tests.make import AT, DAY
from tests.stored import dump

pytestmark = pytest.mark.django_db(transaction=True)


class Deed(NamedTuple):
    """One verb of the liaison's: with what, and about which row; about the one that it makes, where none is named."""

    given: dict[str, Any]
    about: Any = None


def deeds(staff: make.Staff) -> dict[str, Deed]:
    """Each verb that changes the district, with something to do."""
    return {**_of_people(staff), **_of_places(staff), **_of_students(staff)}


def _of_people(staff: make.Staff) -> dict[str, Deed]:
    today = AT.date()
    left = make.user("Lea Left", Role.REPORTER, staff.school)
    workflow.close_account(actor=staff.liaison, person=left, at=AT)
    invited = User.objects.create_user(email="ina.invited@example.org", name="Ina Invited")
    role = {"role": Role.REPORTER, "school": staff.school}
    Membership.objects.create(person=invited, since=make.SINCE, **role)
    counselors, officers, ending = (
        person.memberships.get() for person in (staff.counselor, staff.sro, staff.elsewhere)
    )
    here = {"role": Role.REPORTER, "school": staff.other_school, "first_day": today}
    return {
        "invite_person": Deed({"name": "Nia New", "email": "nia.new@example.org", **role}),
        "invite_again": Deed({"person": invited}, invited),
        "give_role": Deed({"person": staff.social_worker, **here}),
        "change_role": Deed({"membership": counselors, "weekdays": [0, 1]}, counselors),
        "end_role": Deed({"membership": ending, "last_day": today + DAY}, ending),
        "record_agreement": Deed({"membership": officers, "agreed_on": today - DAY}, officers),
        "close_account": Deed({"person": staff.teacher}, staff.teacher),
        "reopen_account": Deed({"person": left}, left),
        "change_person": Deed(
            {"person": staff.counsel, "name": "Lou Law", "email": staff.counsel.email}, staff.counsel
        ),
    }


def _of_places(staff: make.Staff) -> dict[str, Deed]:
    day = AT.date()
    district = make.district()
    row = Agency.objects.create(kind="other", name="X", telephone="2", verified_on=day)
    closure = Closure.objects.create(name="Storm", first_day=day, last_day=day)
    days = {"name": "Break", "first_day": day, "last_day": day}
    school = {"name": "Cedar High", "time_zone": "America/New_York"}
    return {
        "change_district": Deed(SETTINGS, district),
        "add_school": Deed(school),
        "change_school": Deed({"school": staff.school, **school, "name": "Elm High"}, staff.school),
        "add_closure": Deed({"school": staff.school, **days}),
        "remove_closure": Deed({"closure": closure}, closure),
        "add_agency": Deed(NUMBER),
        "change_agency": Deed({"agency": row, **NUMBER}, row),
        "remove_agency": Deed({"agency": row}, row),
    }


def _of_students(staff: make.Staff) -> dict[str, Deed]:
    rows = [make.student(staff.school, "Robin", name) for name in ("Reed", "Read", "Rede", "Redd")]
    merge = make.merged(staff.liaison, rows[0], rows[1])
    newcomer = {"given_name": "Kai", "family_name": "Lake", "birth_date": None, "local_id": ""}
    return {
        "add_student": Deed({"school": staff.school, **newcomer}),
        "merge_students": Deed({"kept": rows[2], "alias": rows[3]}),
        "unmerge_students": Deed({"merge": merge}, merge),
    }


def events() -> dict[UUID, Event]:
    return {event.pk: event for event in Event.objects.using("owner").all()}


def test_nobody_and_nothing_of_the_district_is_changed_when_its_event_cannot_be_written() -> None:
    staff = make.Staff()
    todo = deeds(staff)
    assert set(todo) == set(VERBS)
    before = dump()
    with without_the_log():
        for verb, deed in todo.items():
            with pytest.raises(DatabaseError, match="audit_event"):
                VERBS[verb].run(actor=staff.liaison, at=AT, **deed.given)
    after = dump()
    assert [table for table in before if after[table] != before[table]] == []


def test_each_change_leaves_one_event_that_says_who_did_what_to_which_row() -> None:
    staff = make.Staff()
    todo = deeds(staff)
    assert set(todo) == set(VERBS)
    for verb, deed in todo.items():
        named = deed.about and deed.about.pk  # asked before: what is removed has none afterwards
        before = events()
        made = VERBS[verb].run(actor=staff.liaison, at=AT, **deed.given)
        about = named or made.pk
        [event] = [event for pk, event in events().items() if pk not in before]
        assert (event.actor, event.role) == (staff.liaison.pk, Role.LIAISON), verb
        assert (event.verb, event.result) == (VERBS[verb].event, "done"), verb
        # The district is the only one there is: its row has a number, and no id that the log would hold.
        assert (event.subject, event.case) == (None if verb == "change_district" else about, None), verb
