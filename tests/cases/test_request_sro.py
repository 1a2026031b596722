"""Asking an officer in: the step is done, the officer is on the case and waits with an answer."""

import pytest

from cases import workflow
from cases.models import Case, CasePerson
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT, SINCE

pytestmark = pytest.mark.django_db


def ask(staff: make.Staff, case: Case, officer: User, name: str = "notify", **given: object) -> object:
    part = make.part(case, staff.counselor, name)
    return workflow.request_sro(
        **{"actor": staff.counselor, "part": part, "version": part.version, "officer": officer, "at": AT}
        | given  # type: ignore[arg-type]
    )


def test_the_step_is_done_and_the_officer_is_on_the_case_and_has_not_answered() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    assert (request.officer, request.asked_by, request.asked_at, request.answer) == (
        staff.sro,
        staff.counselor,
        AT,
        "",
    )
    assert make.part(case, staff.counselor, "notify").outcome == "done"
    assert make.as_seen(case, staff.sro).my_role == "sro"
    assert make.part(case, staff.counselor, "respond").is_open


def test_what_the_officer_needs_to_know_is_read_by_the_officer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    ask(staff, case, staff.sro, values={"sro_needs_to_know": "A grey van at the gate."})
    with acting_as(staff.sro.pk):
        entry = make.part(case, staff.sro, "notify").entries.get()
    assert make.evidence(entry, staff.sro) == {"sro_needs_to_know": "A grey van at the gate."}


def test_an_officer_of_another_school_can_be_asked_where_there_is_none() -> None:
    staff = make.Staff()
    case = make.case(staff)
    officer = make.user("Oz Other", Role.SRO, staff.other_school)
    ask(staff, case, officer)
    assert make.as_seen(case, officer).my_role == "sro"


def test_only_an_officer_in_office_who_is_not_excluded_can_be_asked() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.sro]))
    former = make.user("Fay Former", Role.SRO, staff.school, until=SINCE.replace(month=6))
    for person in (staff.sro, former, staff.teacher, staff.administrator):
        with invalid("officer"):
            ask(staff, case, person)
    with acting_as(staff.counselor.pk):
        assert not CasePerson.objects.filter(case=case, role=Role.SRO).exists()


def test_a_step_that_asks_nobody_in_is_not_ended_by_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("officer"):
        ask(staff, case, staff.sro, "consult")


def test_what_the_officer_needs_to_know_is_checked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("sro_needs_to_know"):
        ask(staff, case, staff.sro, values={"sro_needs_to_know": "x" * 5001})
    assert make.part(case, staff.counselor, "notify").version == 0


def test_the_second_reads_who_asked_already() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.administrator, staff.sro)
    with conflict("Ada Administrator recorded “Done” on Fri, Nov 20, 2:50 PM."):
        ask(staff, case, staff.sro, version=0)
