"""Each person records their own report, on a page of their own, whatever becomes of the concern or of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern, ReportDuty
from cases.reading.duties import reports_of
from csec.accounts.models import User
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
CALL: dict[str, Any] = {"phoned_at": AT, "agency": "Child Welfare Services", "reference": "R-1"}
WHOLE = CALL | {"written_at": AT}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def record(person: User, duty: ReportDuty, outcome: str = "done", **given: Any) -> ReportDuty:
    values = given.pop("values", WHOLE if outcome == "done" else CALL if outcome == "called" else {})
    return workflow.record_report(
        actor=person, duty=duty, outcome=outcome, values=values, **({"at": AT} | given)
    )


def owed(case: Case, person: User) -> bool:
    with acting_as(person.pk), connection.cursor() as cursor:
        cursor.execute("SELECT report_owed(%s)", [case.pk])
        return cursor.fetchone()[0] is not None


def test_the_author_of_a_concern_carries_it_until_the_call_and_the_written_half_are_recorded() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    client = signed_in(staff.teacher)
    for path in (reverse("home"), concern.get_absolute_url()):
        assert "Call now: not yet called" in client.get(path).content.decode()
    [duty] = make.duties(staff.teacher)
    path = reverse("cases:record_report", args=[duty.pk])
    when = AT.astimezone(staff.school.zone).strftime("%Y-%m-%dT%H:%M")
    called = {"outcome": "called", "field_phoned_at": when, "field_agency": "CWS", "field_reference": "R-1"}
    assert client.post(path, called | {"field_agency": ""}).status_code == 422
    assert client.post(path, called).status_code == 302
    for address in (reverse("home"), concern.get_absolute_url(), path):
        page = client.get(address).content.decode()
        assert "Telephoned; now the written report" in page
        assert "Call now" not in page
    # Nothing of the call is typed again.
    assert client.get(path).context["form"].initial["field_reference"] == "R-1"
    both = called | {"outcome": "done", "field_written_at": when}
    assert client.post(path, both).status_code == 302
    assert "Call now" not in client.get(reverse("home")).content.decode()
    assert client.post(path, both).status_code == 409
    page = client.get(reverse("cases:report_duty", args=[duty.pk])).content.decode()
    assert "R-1" in page


def test_it_can_be_recorded_by_whoever_was_excluded_taken_off_or_when_the_case_is_void_or_closed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.social_worker, reason="Kin.", at=AT
    )
    [duty] = make.duties(staff.social_worker)
    client = signed_in(staff.social_worker)
    assert "Call now: not yet called" in client.get(reverse("home")).content.decode()
    with acting_as(staff.social_worker.pk):
        assert not Concern.objects.exists()
    record(staff.social_worker, duty)
    # What they recorded is theirs to read, whatever they no longer see.
    page = client.get(reverse("cases:report_duty", args=[duty.pk])).content.decode()
    assert "R-1" in page
    assert make.part(case, staff.counselor, "report").outcome == "done"
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    [mine] = make.duties(staff.teacher)
    record(staff.teacher, mine)
    assert make.duties(staff.teacher) == []


def test_others_learn_that_it_was_made_to_whom_and_when_and_nothing_else() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    [duty] = make.duties(staff.teacher)
    record(staff.teacher, duty, values=WHOLE | {"person_spoken_to": "planted-worker"})
    for person in (staff.counselor, staff.administrator):
        page = signed_in(person).get(reverse("cases:case_reports", args=[case.pk])).content.decode()
        assert "A report was made to Child Welfare Services" in page
        shown = signed_in(person).get(case.get_absolute_url()).content.decode()
        assert "Who reported is not shown" in shown
        for found in (page, shown):
            assert "planted-worker" not in found
            assert "Terry Teacher" not in found
            assert "R-1" not in found
        with acting_as(person.pk):
            assert not ReportDuty.objects.exclude(person=person).exists()
    # The officer reads no concern: that it was made, and when.
    make.asked_in(case, staff.counselor, staff.sro)
    page = signed_in(staff.sro).get(reverse("cases:case_reports", args=[case.pk])).content.decode()
    assert "A report was made" in page
    # Nor by when another's is due: that is as long after they learned of it.
    shown = signed_in(staff.sro).get(case.get_absolute_url()).content.decode()
    assert "A report was made; a duty is still open" in shown
    assert "Call now" not in shown
    assert "Written report due" not in shown


def test_a_call_and_its_written_half_and_what_rests_on_them_are_one_report_to_others() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.counselor, case=case, ended_at=None)
    record(staff.counselor, duty, "called")
    make.own_report(case, staff.counselor)
    with acting_as(staff.administrator.pk):
        assert [(one.at, one.agency) for one in reports_of(case)] == [(AT, "Child Welfare Services")]


def test_an_agency_that_is_named_like_a_schools_own_police_is_taken_and_warned_of() -> None:
    staff = make.Staff()
    make.concern(staff)
    [duty] = make.duties(staff.teacher)
    typed = {
        "outcome": "called",
        "field_phoned_at": "2026-11-20T06:00",
        "field_agency": "Cedar School Police",
    }
    page = signed_in(staff.teacher).post(reverse("cases:record_report", args=[duty.pk]), typed, follow=True)
    assert "no report was made yet" in page.content.decode()


def test_one_recorded_before_a_case_is_opened_stands_in_the_case_and_ends_nobody_elses() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    [duty] = make.duties(staff.teacher)
    record(staff.teacher, duty)
    case = make.case(staff, about=concern)
    part = make.part(case, staff.counselor, "report")
    assert (part.outcome, part.version) == ("done", 1)
    assert owed(case, staff.counselor)
    assert "Call now: not yet called" in signed_in(staff.counselor).get(reverse("home")).content.decode()
    make.own_report(case, staff.counselor)
    assert not owed(case, staff.counselor)


def test_an_opt_out_needs_its_reason_and_speaks_for_its_author_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.teacher)
    with invalid("reason"):
        record(staff.teacher, duty, "not_applicable")
    record(staff.teacher, duty, "not_applicable", reason="A misunderstanding.")
    assert len(make.duties(staff.counselor)) == 1
    assert make.part(case, staff.counselor, "report").outcome == ""
    make.record(case, staff.counselor, "report", "not_applicable", reason="As above.")
    assert not owed(case, staff.counselor)


def test_where_the_report_is_unconditional_nobody_opts_out_and_after_the_call_nobody_either() -> None:
    staff = make.Staff()
    make.case(staff, "confirmed_victim")
    [duty] = make.duties(staff.counselor)
    with invalid("outcome"):
        record(staff.counselor, duty, "not_applicable", reason="No.")
    [teachers] = make.duties(staff.teacher)
    record(staff.teacher, teachers, "called")
    with invalid("outcome"):
        record(staff.teacher, make.duties(staff.teacher)[0], "not_applicable", reason="No.")


def test_nobody_reads_or_records_the_duty_of_another() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.teacher)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        for name in ("report_duty", "record_report", "confirm_joint_report", "correct_learned_at"):
            path = reverse(f"cases:{name}", args=[duty.pk])
            assert signed_in(person).get(path).status_code == 404
        with pytest.raises(Absent):
            record(person, duty)
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_reportduty SET ended_at = now(), how = 'own' WHERE id = %s", [duty.pk]
            )
            assert cursor.rowcount == 0
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(
                    "SELECT note_report(%s, %s, now(), NULL, false, now())", [duty.pk, staff.school.pk]
                )
    assert owed(case, staff.counselor)


def test_it_is_recorded_once() -> None:
    staff = make.Staff()
    make.concern(staff)
    [duty] = make.duties(staff.teacher)
    record(staff.teacher, duty)
    with conflict("You recorded this already"):
        record(staff.teacher, duty)


def test_what_the_author_adds_later_asks_them_anew_and_tells_them_nothing_of_a_case() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    [duty] = make.duties(staff.teacher)
    record(staff.teacher, duty)
    later = AT + 40 * HOUR
    make.case(staff, about=concern)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=later)
    [again] = make.duties(staff.teacher)
    assert (again.number, again.learned_at, again.due_at) == (2, later, later + 36 * HOUR)
    with invalid("against_earlier"):
        record(staff.teacher, again, at=later)
    with invalid("earlier_report"):
        record(staff.teacher, again, values=WHOLE | {"against_earlier": "same_information"}, at=later)
    values = WHOLE | {"against_earlier": "supplement", "earlier_report": "R-1"}
    record(staff.teacher, again, values=values, at=later)
    assert make.duties(staff.teacher) == []


def test_the_page_says_who_can_take_a_report_and_where_each_rule_comes_from() -> None:
    staff = make.Staff()
    make.concern(staff)
    [duty] = make.duties(staff.teacher)
    page = signed_in(staff.teacher).get(reverse("cases:record_report", args=[duty.pk])).content.decode()
    for words in (
        "Telephone Child Welfare Services whatever the SRO does",
        "A school district’s own police or security department cannot.",
        "Statute: Penal Code 11165.9",
        "A call to a national hotline is not a mandated report",
        "is for counsel to say",
        "Penal Code 11166(a)",
    ):
        assert words in page, words


def test_whoever_left_keeps_their_duty_and_the_case_stays_open() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.own_report(case, staff.counselor)
    staff.teacher.memberships.update(until=AT.date())
    with conflict("A duty to report is still open"):
        workflow.close_case(
            actor=staff.counselor, case=case, outcome="other_support", reason="Over.", last_look="Well.",
            left_open=make.left_open(case, staff.counselor), at=AT,
        )  # fmt: skip
    assert len(make.duties(staff.teacher)) == 1


def test_that_nothing_is_new_ends_the_report_of_the_next_track_too_and_rests_on_one_that_was_made() -> None:
    staff = make.Staff()
    nothing_new = WHOLE | {"against_earlier": "same_information", "earlier_report": "R-1"}
    for made in (True, False):
        case = make.case(staff)
        if made:
            make.reported(case, staff.counselor)
        make.opted_out(case)
        workflow.reclassify(
            actor=staff.counselor, case=case, to="confirmed_victim", reason="Told so.", at=AT,
            basis="disclosure", decided_by="Both.",
        )  # fmt: skip
        [duty] = make.duties(staff.counselor)
        if made:
            record(staff.counselor, duty, values=nothing_new)
        else:
            with invalid("against_earlier", "earlier_report"):
                record(staff.counselor, duty, values=nothing_new)
        assert make.part(case, staff.counselor, "report").outcome == ("done" if made else "")
    # So it is where an alert asks anew, on the same track.
    case = make.case(staff)
    make.opted_out(case)
    make.missing(staff.teacher, staff.student)
    [duty] = make.duties(staff.counselor, case=case, ended_at=None)
    with invalid("against_earlier", "earlier_report"):
        record(staff.counselor, duty, values=nothing_new)


def test_of_the_wrong_student_there_is_none_that_it_could_rest_on() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    record(staff.teacher, make.duties(staff.teacher)[0])
    make.confirmed(case)
    robin = make.student(staff.school, "Robin", "Reed")
    workflow.correct_student(actor=staff.counselor, case=case, student=robin, reason="The twin.", at=AT)
    # Its author knows nothing of that, and answers for themselves alone.
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="As I said.", at=AT)
    values = WHOLE | {"against_earlier": "same_information", "earlier_report": "R-1"}
    record(staff.teacher, make.duties(staff.teacher)[0], values=values)
    with invalid("against_earlier", "earlier_report"):
        record(staff.counselor, make.duties(staff.counselor)[0], values=values)
    assert make.part(case, staff.counselor, "report").outcome == ""


def test_a_report_on_the_track_before_was_about_the_student_who_was_wrong() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    workflow.reclassify(
        actor=staff.counselor, case=case, to="confirmed_victim", basis="disclosure", decided_by="Both.",
        reason="Told us.", at=AT,
    )  # fmt: skip
    robin = make.student(staff.school, "Robin", "Reed")
    workflow.correct_student(actor=staff.counselor, case=case, student=robin, reason="The twin.", at=AT)
    values = WHOLE | {"against_earlier": "same_information", "earlier_report": "R-1"}
    with invalid("against_earlier", "earlier_report"):
        record(staff.counselor, make.duties(staff.counselor)[0], values=values)
