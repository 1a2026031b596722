"""A contact is entered anew and the former version is kept: each answer says who gave it, and when."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Contact
from cases.reading.around import given
from csec.accounts.models import User
from csec.errors import Absent
from csec.identity import acting_as
from tests import around, make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def change(case: Case, by: User, contact: Contact, **answers: Any) -> Contact:
    return workflow.change_contact(actor=by, case=case, contact=contact, at=LATER, **around.person(**answers))


def test_the_former_version_is_kept_and_each_answer_says_who_gave_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    first = around.contact(case, staff.counselor, may_pick_up="yes", gets_case="no")
    second = change(case, staff.administrator, first, may_pick_up="no", gets_case="no")
    with acting_as(staff.counselor.pk):
        rows = list(Contact.objects.filter(case=case).select_related("set_by"))
    assert [(row.pk, row.who, row.replaced_at) for row in rows] == [
        (first.pk, first.who, LATER),
        (second.pk, first.who, None),
    ]
    by = {str(one.label): (one.answer, one.by, one.at) for one in given(rows)}
    assert by["May pick up the student"] == ("no", "Ada Administrator", LATER)
    assert by["May be told about this case"] == ("no", "Casey Counselor", AT)


def test_whoever_comes_second_is_told_who_was_first_and_keeps_what_they_typed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    first = around.contact(case, staff.counselor)
    change(case, staff.administrator, first, may_pick_up="no")
    with conflict("Ada Administrator changed this on"):
        change(case, staff.counselor, first, may_pick_up="yes")
    client = Client()
    client.force_login(staff.counselor)
    answer = client.post(
        reverse("cases:change_contact", args=[case.pk, first.pk]),
        {"relation": "parent", "name": "Typed at length", **around.answers()},
    )
    assert answer.status_code == 409
    assert "Typed at length" in answer.content.decode()


def test_the_form_shows_what_is_entered_now_and_what_cannot_be_taken_changes_nothing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor, may_pick_up="yes")
    client = Client()
    client.force_login(staff.administrator)
    form = client.get(reverse("cases:change_contact", args=[case.pk, row.pk])).context["form"]
    assert (form.initial["name"], form.initial["may_pick_up"]) == ("Ana Brook", "yes")
    with invalid("name"):
        workflow.change_contact(
            actor=staff.counselor, case=case, contact=row, at=LATER, **around.person(name="")
        )
    assert make.reload(row, staff.counselor).replaced_at is None


def test_somebody_elsewhere_finds_nobody() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor)
    with pytest.raises(Absent):
        change(case, staff.elsewhere, row)
