"""What a row of the list of cases says is next: first of all the reader's own call that was not made yet."""

from datetime import timedelta

import pytest

from cases.models import Case
from cases.reading.lists import CaseRow, list_cases
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def row_of(reader: User) -> CaseRow:
    """The one case that the reader sees, a week later, when other steps are late as well."""
    with acting_as(reader.pk):
        cases = Case.objects.visible_to(reader)
        (row,) = list_cases(cases, reader, sort="late", after=None, at=AT + timedelta(days=7)).rows
    return row


def test_ones_own_call_that_was_not_made_is_next_however_late_the_rest_is() -> None:
    staff = make.Staff()
    make.case(staff, at=AT)
    row = row_of(staff.counselor)
    assert (row.step, str(row.prompt)) == ("S2", "Call now: not yet called")
    assert row.late_parts > 1


def test_after_the_report_the_list_urges_nothing_of_ones_own() -> None:
    staff = make.Staff()
    make.reported(make.case(staff, at=AT), staff.counselor, at=AT)
    row = row_of(staff.counselor)
    assert row.step == "S1"
    assert row.prompt == ""


def test_an_officer_is_not_urged_to_make_anothers_call() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    make.asked_in(case, staff.counselor, staff.sro, at=AT)
    assert row_of(staff.sro).prompt == ""
