"""Nobody is written to about what they added themselves, and to whom it was said does not tell who that is."""

import pytest

from cases import workflow
from cases.reading.history import history
from csec.accounts.models import User
from csec.delivery.models import Message
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import told
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)


def addition(staff: make.Staff, author: User, *, second: bool = False) -> None:
    concern = make.concern(staff, author=author)
    case = make.case(staff, about=concern)
    if second:
        make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    workflow.supplement_concern(actor=author, concern=concern, account="The car again.", at=AT)


def test_the_only_one_who_carries_the_case_is_passed_over_for_those_who_answer_for_it() -> None:
    staff = make.Staff()
    addition(staff, staff.counselor)
    assert told(AT, "addition") == {("Ada", 0)}
    addition(staff, staff.counselor, second=True)
    assert told(AT, "addition") == {("Sam", 0)}
    addition(staff, staff.administrator)
    assert told(AT, "addition") == {("Casey", 0)}
    told(AT + 3 * make.DAY, "addition")
    climbed: dict[object, set[str]] = {}
    for row in (
        Message.objects.using("owner").filter(kind="addition", level__gt=0).select_related("recipient")
    ):
        climbed.setdefault(row.subject, set()).add(row.recipient.name.split()[0])
    assert sorted(map(sorted, climbed.values())) == [["Ada", "Lee"], ["Ada", "Lee", "Sam"], ["Casey", "Lee"]]


def test_the_history_shows_to_each_only_what_was_said_to_them() -> None:
    staff = make.Staff()
    addition(staff, staff.teacher, second=True)
    assert told(AT, "addition") == {("Casey", 0), ("Sam", 0)}
    for person, lines in ((staff.counselor, 1), (staff.social_worker, 1), (staff.administrator, 0)):
        with acting_as(person.pk):
            page = history(person, page=None)
            assert [one.message.recipient for one in page.rows if one.message.kind == "addition"] == [
                person
            ] * lines
            assert Message.objects.filter(kind="addition").count() == lines
