"""What comes to mind later is added by the author, and changes nothing that was written before."""

from datetime import timedelta

import pytest

from cases import workflow
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)


def test_an_addition_stands_beside_what_was_written_first() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.supplement_concern(
        actor=staff.teacher, concern=concern, account="The same car again.", words="“Don’t tell.”", at=LATER
    )
    with acting_as(staff.counselor.pk):
        [addition] = concern.additions.all()
        assert addition.at == LATER
        assert addition.words(concern.key) == {"account": "The same car again.", "words": "“Don’t tell.”"}
    kept = make.reload(concern, staff.counselor)
    with acting_as(staff.counselor.pk):
        assert kept.words()["account"] == "Picked up by a car of strangers after school."


def test_an_addition_says_something() -> None:
    staff = make.Staff()
    with invalid("account"):
        workflow.supplement_concern(actor=staff.teacher, concern=make.concern(staff), account=" ", at=LATER)


@pytest.mark.parametrize("field", ["account", "words", "student_described", "observed"])
@pytest.mark.parametrize("value", ["x" * 5001, "\x07"])
def test_what_cannot_be_taken_is_said_beside_its_field(field: str, value: str) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    with invalid(field):
        workflow.supplement_concern(
            actor=staff.teacher, concern=concern, at=LATER, **({"account": "More."} | {field: value})
        )
    with acting_as(staff.counselor.pk):
        assert concern.additions.count() == 0


def test_nobody_adds_to_the_concern_of_somebody_else() -> None:
    staff = make.Staff()
    concern = make.concern(staff, name_shown=True)
    for person, refusal in ((staff.counselor, NotPermitted), (staff.elsewhere, Absent), (staff.sro, Absent)):
        with pytest.raises(refusal):
            workflow.supplement_concern(actor=person, concern=concern, account="Mine too.", at=LATER)
