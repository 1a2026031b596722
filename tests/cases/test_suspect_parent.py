"""A parent may be involved: frozen at once, said on the page, and on legal counsel's first screen."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case, CasePerson, ParentHold
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, contacted, decided, holds, later
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def suspected(case: Case, by: User, reason: str = "Planted: the stepfather drives her.") -> ParentHold:
    return workflow.suspect_parent(actor=by, case=case, reason=reason, at=later(5))


@pytest.mark.parametrize("track", ["suspected_recruiter", "suspected_victim", "confirmed_victim"])
def test_it_is_frozen_at_once_on_any_track_and_the_page_tells_the_front_office_what_to_do(track: str) -> None:
    staff = make.Staff()
    case = make.case(staff, track)
    hold = suspected(case, staff.administrator)
    assert make.reload(hold, staff.counselor).reason(case.key) == "Planted: the stepfather drives her."
    shown = page(staff.counselor, case.get_absolute_url())
    assert "before dismissal ask Child Welfare or the police" in shown
    assert "do not refuse to hand the student to a parent with custody without lawful authority" in shown
    assert shown.index("In immediate danger tell the minimum now") < shown.index("No call, no letter")
    with acting_as(staff.counselor.pk):
        assert parents.frozen(case)


def test_counsel_finds_it_on_the_first_screen_and_reads_nothing_of_the_counselors_section() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor, student_view="Planted: what she told.")
    with pytest.raises(Absent):
        workflow.suspect_parent(actor=staff.counsel, case=case, reason="No.", at=AT)
    suspected(case, staff.counselor)
    home = page(staff.counsel, reverse("home"))
    assert "only you can end that" in home
    address = reverse("cases:parents_of_case", args=[case.pk])
    assert address in home
    shown = page(staff.counsel, address)
    assert "Planted: the stepfather" in shown
    assert "Planted: what she told." not in page(staff.counsel, case.get_absolute_url())
    assert "only you can end that" not in page(staff.counselor, reverse("home"))
    with pytest.raises(NotPermitted):
        workflow.suspect_parent(actor=staff.counsel, case=case, reason="No.", at=AT)


def test_it_never_holds_back_the_recording_of_what_was_told_in_imminent_danger() -> None:
    staff = make.Staff()
    case = make.case(staff)
    suspected(case, staff.counselor)
    told = {
        "recipient_kind": "law_enforcement",
        "recipient": "City police",
        "basis": "emergency",
        "threat": "He waits at the gate.",
        "persons": "The officer who came",
    }
    make.released(case, staff.counselor, at=later(6), left_at=later(5), **told)
    make.reported(case, staff.counselor, at=later(6))
    address = reverse("cases:record_release", args=[case.pk])
    assert address in page(staff.counselor, case.get_absolute_url())
    assert "recorded here as ever" in page(staff.counselor, address)


def test_the_officer_is_told_that_it_is_frozen_and_not_why() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    suspected(case, staff.counselor)
    for path in (case.get_absolute_url(), reverse("cases:parents_of_case", args=[case.pk])):
        shown = page(staff.sro, path)
        assert "Contact with parents is frozen" in shown
        assert "Planted" not in shown
    assert holds(case, staff.sro) == []
    assert len(holds(case, staff.administrator)) == 1


def test_a_closed_case_is_frozen_as_well_and_stays_on_counsels_first_screen() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    suspected(case, staff.administrator)
    assert reverse("cases:parents_of_case", args=[case.pk]) in page(staff.counsel, reverse("home"))


def test_said_twice_it_stands_once_and_what_was_not_sure_becomes_certain() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor, at=later(1), parent_suspected="unsure")
    suspected(case, staff.administrator)
    with conflict("Ada Administrator said so on Fri, Nov 20, 2:55 PM"):
        suspected(case, staff.counselor)
    assert [(row.cause, row.ended_at is None) for row in holds(case, staff.counselor)] == [
        ("unsure", False),
        ("stated", True),
    ]
    with acting_as(staff.counselor.pk):
        rows = CasePerson.objects.filter(case=case, role=Role.COUNSEL)
        assert [(row.person_id, row.until) for row in rows] == [(staff.counsel.pk, None)]


def test_a_decision_that_was_made_is_asked_anew_and_contact_that_was_made_stays() -> None:
    staff = make.Staff()
    case, told = make.case(staff), make.case(staff)
    for one in (case, told):
        consulted(one, staff.counselor)
        decided(one, staff.counselor)
    contacted(told, staff.counselor)
    for one in (case, told):
        suspected(one, staff.counselor)
    assert make.part(case, staff.counselor, "decide_contact").outcome == ""
    assert make.part(told, staff.counselor, "decide_contact").outcome == "done"


@pytest.mark.parametrize("reason", ["", "x" * 5001], ids=["empty", "too-long"])
def test_it_says_what_it_rests_on(reason: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("reason"):
        suspected(case, staff.counselor, reason)
    assert holds(case, staff.counselor) == []


def test_somebody_kept_from_the_case_is_not_let_in_as_counsel() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.exclude_person(actor=staff.counselor, case=case, person=staff.counsel, reason="Related.", at=AT)
    suspected(case, staff.counselor)
    with acting_as(staff.counselor.pk):
        assert not CasePerson.objects.filter(case=case, role=Role.COUNSEL, excluded=False).exists()
    assert "No legal counsel has this case" in page(
        staff.counselor, reverse("cases:parents_of_case", args=[case.pk])
    )


def test_postgresql_lets_nobody_end_a_hold_but_counsel_and_nobody_change_what_it_rests_on() -> None:
    staff = make.Staff()
    case = make.case(staff)
    hold = suspected(case, staff.counselor)
    ending = "UPDATE cases_parenthold SET ended_at=begun_at, ended_by_id=%s, ended_sealed='x' WHERE id=%s"

    def ended_by(person: User, as_whom: User) -> int:
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(ending, [as_whom.pk, hold.pk])
            return cursor.rowcount

    assert ended_by(staff.elsewhere, staff.elsewhere) == 0
    others = (
        (staff.counselor, staff.counselor),
        (staff.administrator,) * 2,
        (staff.counsel, staff.counselor),
    )
    for person, as_whom in others:
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ended_by(person, as_whom)
    for column in ("cause", "sealed", "begun_at", "let_in"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            acting_as(staff.counsel.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE cases_parenthold SET {column} = {column} WHERE id = %s", [hold.pk])  # noqa: S608
    assert ended_by(staff.counsel, staff.counsel) == 1
    with pytest.raises(DatabaseError, match="ended already"), transaction.atomic():
        ended_by(staff.counsel, staff.counsel)


def test_the_page_writes_it_and_keeps_what_was_typed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)
    address = reverse("cases:suspect_parent", args=[case.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Her uncle."}).status_code == 302
    again = client.post(address, {"reason": "Her uncle, again."})
    assert again.status_code == 409
    assert "Her uncle, again." in again.content.decode()
    assert timedelta(0) <= holds(case, staff.counselor)[0].begun_at - case.opened_at
