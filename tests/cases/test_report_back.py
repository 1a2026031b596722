"""What came of it, in one of four words that everybody on the case reads."""

from typing import Any

import pytest

from cases import workflow
from cases.models import Case, Entry, SroRequest
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def accepted(staff: make.Staff) -> tuple[Case, SroRequest]:
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    return case, request


def tell(staff: make.Staff, request: SroRequest, word: Any, version: int = 0, **more: Any) -> Entry:
    values = {"report_back": word} | more
    return workflow.report_back(actor=staff.sro, request=request, version=version, values=values, at=AT)


@pytest.mark.parametrize("word", ["investigating", "referred", "closed", "cannot_share"])
def test_the_word_is_shared_with_everybody_and_the_rest_is_not(word: str) -> None:
    staff = make.Staff()
    case, request = accepted(staff)
    entry = tell(staff, request, word, law_enforcement_agency="County Sheriff")
    assert make.part(case, staff.sro, "respond").outcome == "done"
    with acting_as(staff.counselor.pk):
        row = Entry.objects.select_related("case__key").get(pk=entry.pk)
        assert row.shared_facts(row.case.key) == {"report_back": word}
    assert make.evidence(entry, staff.liaison) == {}


def test_a_later_word_stands_beside_the_earlier_one() -> None:
    staff = make.Staff()
    case, request = accepted(staff)
    first = tell(staff, request, "investigating")
    second = tell(staff, request, "closed", version=1)
    assert (second.corrects_id, second.number) == (first.pk, 2)
    assert make.evidence(first, staff.sro) == {"report_back": "investigating"}
    assert make.part(case, staff.sro, "respond").version == 2


@pytest.mark.parametrize("word", ["arrested", "", None, ["closed"]])
def test_there_is_no_fifth_word(word: Any) -> None:
    staff = make.Staff()
    case, request = accepted(staff)
    with invalid("report_back"):
        tell(staff, request, word)
    assert make.part(case, staff.sro, "respond").version == 0


def test_nothing_else_is_told_in_it() -> None:
    staff = make.Staff()
    _case, request = accepted(staff)
    with invalid("narrative"):
        tell(staff, request, "closed", narrative="What the witness said.")


def test_it_is_accepted_first() -> None:
    staff = make.Staff()
    request = make.asked_in(make.case(staff), staff.counselor, staff.sro)
    with conflict("Accept the request first"):
        tell(staff, request, "investigating")


def test_a_page_that_was_opened_before_the_last_word_is_told_of_it() -> None:
    staff = make.Staff()
    _case, request = accepted(staff)
    tell(staff, request, "investigating")
    with conflict("Olu Officer recorded “Done” on Fri, Nov 20, 2:50 PM. Your text is kept"):
        tell(staff, request, "closed", version=0)


def test_nobody_reports_back_for_the_officer() -> None:
    staff = make.Staff()
    _case, request = accepted(staff)
    with pytest.raises(NotPermitted):
        workflow.report_back(
            actor=staff.counselor, request=request, version=0, values={"report_back": "closed"}, at=AT
        )
