"""The situations of the report in which several people have a part, from one end to the other."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Alert, Release
from cases.reading.duties import reports_of
from cases.reading.work import waiting_for
from cases.workflow import Conflict
from csec.accounts.models import User
from csec.delivery.kinds import KINDS
from csec.delivery.mail import Words
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.parents import contacted
from tests.cases.reminders.worker import swept, told
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
CALL = {"phoned_at": AT, "agency": "Child Welfare Services"}


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_1_a_student_tells_the_counselor_on_a_friday_at_ten_to_three() -> None:
    staff = make.Staff()
    account = "He waits for her at the gate every Thursday."
    concern = make.concern(staff, author=staff.counselor, at=AT, account=account)
    case = make.case(staff, about=concern)
    part = make.part(case, staff.counselor, "report")
    form = page(staff.counselor, reverse("cases:record_outcome", args=[case.pk, part.pk]))
    # The call stands before its deadline.
    assert form.index("Call now: not yet called") < form.index("due Sun, Nov 22, 2:50 a.m.")
    [duty] = make.duties(staff.counselor)
    assert duty.due_at == datetime(2026, 11, 22, 10, 50, tzinfo=UTC)
    first = page(staff.counselor, reverse("home"))
    written = re.search(r"Written report (was )?due Sun, Nov 22, 2:50 a\.m\.", first)
    assert written
    assert first.index("Call now: not yet called") < written.start()
    # The officer and the administrator are told that something waits, and nothing of what.
    make.asked_in(case, staff.counselor, staff.sro)
    sent = swept(AT)
    assert ("request", "Olu", 0) in sent
    for kind in {kind for kind, _who, _level in sent}:
        mail = Words(KINDS[kind])
        for word in (account, "Avery", "Brook", "Alder", case.number, "Victim", "victim", "CSEC"):
            assert word not in mail.subject + mail.text + mail.html
    home = {one: page(one, reverse("home")) for one in (staff.sro, staff.administrator)}
    assert "You are asked in: case" in home[staff.sro]
    assert "Look into the impact on campus" in home[staff.administrator]
    for shown in home.values():
        assert case.number in shown
        assert account not in shown
        assert "victim" not in shown
    # Parents wait for the student's own view and for somebody's decision.
    assert "On hold" in page(staff.counselor, case.get_absolute_url())
    with conflict("Still missing: The student’s own view"):
        contacted(case, staff.counselor)
    # An administrator who has only read is told that they know of it, and that reading wrote nothing.
    assert "Having read this, you know of it too." in page(staff.administrator, case.get_absolute_url())
    assert make.duties(staff.administrator) == []
    for person in (staff.counselor, staff.sro):
        assert "Having read this" not in page(person, case.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_5_three_know_and_the_one_who_is_to_report_for_all_has_not_by_the_twelfth_hour() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    # They agree that the social worker reports for the three of them, who then does not.
    designated, others = ("Sam", 0), {("Casey", 0), ("Terry", 0)}
    assert told(AT + 12 * HOUR - timedelta(minutes=1), "report_unmade") == set()
    prompted = told(AT + 12 * HOUR, "report_unmade")
    assert prompted - {designated} == others
    for person in (staff.counselor, staff.teacher):
        assert "Call now: not yet called" in page(person, reverse("home"))
    # Where whoever was to has called in time, nobody on the case is prompted; each confirms it for themselves all the
    # same. The teacher, who only wrote the concern, does not learn of the call, nor by a message that does not come.
    other = make.case(staff)
    make.helper(other, staff.counselor, staff.social_worker, "social_worker")
    [duty] = make.duties(staff.social_worker, case=other)
    workflow.record_report(
        actor=staff.social_worker, duty=duty, outcome="called", values=CALL, at=AT + 11 * HOUR
    )
    assert told(AT + 13 * HOUR, "report_unmade") == {("Terry", 0)}
    assert len(make.duties(staff.counselor, case=other, ended_at=None)) == 1


def test_9_the_police_confirm_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.scheduled(case, staff.counselor)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    workflow.report_back(actor=staff.sro, request=request, version=0, values={"report_back": "closed"}, at=AT)
    make.reported(case, staff.counselor)
    due = make.check_in(case, staff.counselor)
    before = make.parts(case, staff.counselor)
    later = AT + 50 * HOUR
    workflow.reclassify(
        actor=staff.counselor,
        case=make.as_seen(case, staff.counselor),
        to="confirmed_victim",
        basis="law_enforcement",
        decided_by="Both.",
        reason="The police confirm it.",
        at=later,
    )
    # All eight steps of the confirmed track are asked, the officer again.
    open_now = make.parts(case, staff.counselor, run__ended_at__isnull=True)
    assert {part.step_number for part in open_now} == set(range(1, 9))
    assert {part.part: part.outcome for part in open_now}["notify"] == ""
    again = make.asked_in(case, staff.counselor, staff.sro, at=later)
    assert again.pk != request.pk
    # The suspected track can be read and not written.
    shown = page(staff.counselor, case.get_absolute_url())
    assert "Earlier track, as it was when it ended" in shown
    for part in before:
        now = make.reload(part, staff.counselor)
        wanted = {"outcome": "unable", "reason": "Later.", "review_on": later.date() + DAY}
        with pytest.raises((NotPermitted, Conflict)):
            workflow.record_outcome(
                actor=staff.counselor, part=now, version=now.version, happened_at=later, at=later, **wanted
            )
    # Contact with the student goes on by the same schedule, on the same day.
    goes_on = make.check_in(case, staff.counselor)
    assert (goes_on.pk, goes_on.due_on, goes_on.plan_id) == (due.pk, due.due_on, due.plan_id)
    # Each who reported is asked anew, with a clock of their own, and cannot say that none applies.
    for person in (staff.counselor, staff.social_worker):
        [duty] = make.duties(person)
        assert (duty.number, duty.due_at, duty.may_opt_out) == (2, later + 36 * HOUR, False)
    # Whoever only wrote the concern does not learn what becomes of it.
    assert make.duties(staff.teacher) == []
    with invalid("against_earlier"):
        make.own_report(case, staff.counselor, at=later)
    same = {"against_earlier": "same_information"}
    with invalid("earlier_report"):
        make.record(case, staff.counselor, "report", at=later, values=CALL | same)
    why = same | {"earlier_report": "R-1: nothing is new but the name of it."}
    make.record(case, staff.counselor, "report", at=later, values=CALL | why)
    assert make.duties(staff.counselor) == []
    # The other adds to what they reported before.
    with acting_as(staff.social_worker.pk):
        asked = waiting_for(staff.social_worker, later)
    assert [task.part.part for task in asked.now if task.part.kind == "report"] == ["report"]
    make.own_report(
        case, staff.social_worker, at=later, against_earlier="supplement", earlier_report="R-1: her account."
    )
    assert make.duties(staff.social_worker) == []
    with acting_as(staff.counselor.pk):
        work = waiting_for(staff.counselor, later)
    assert not [task for task in [*work.now, *work.late.shown] if task.part.kind == "report"]


@pytest.mark.django_db(transaction=True)
def test_14_a_student_who_was_confirmed_vanishes_in_the_middle_of_the_day() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    make.reported(case, staff.counselor)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=AT)
    gone = AT + 3 * DAY
    make.missing(staff.teacher, staff.student, at=gone)
    assert {"Casey", "Ada"} <= {who for who, _level in told(gone, "alert")}
    # The police first, and what they were told is kept: to whom, and when.
    shown = page(staff.counselor, reverse("cases:what_now", args=[case.pk]))
    assert shown.index("Call the police") < shown.index("Telephone Child Welfare Services")
    called = {
        "recipient_kind": "law_enforcement",
        "recipient": "City police, dispatch",
        "what": "Where she was seen last, with whom, and what she wore.",
        "basis": "emergency",
        "interest": "To find her.",
        "persons": "Her.",
        "threat": "Missing, and taken along before.",
    }
    police = gone + timedelta(minutes=10)
    release = make.released(case, staff.counselor, at=police, **called)
    kept: Release = make.reload(release, staff.counselor)
    assert (kept.recipient_kind, kept.basis, kept.left_at) == ("law_enforcement", "emergency", police)
    # Child Welfare Services are told: it is a report of its own, also of whoever reported before.
    [duty] = make.duties(staff.counselor)
    assert (duty.number, duty.learned_at) == (2, gone)
    make.own_report(case, staff.counselor, at=police, against_earlier="new_report")
    with acting_as(staff.counselor.pk):
        made = reports_of(make.as_seen(case, staff.counselor))
    assert (made[-1].agency, made[-1].at) == ("Child Welfare Services", police)
    assert make.duties(staff.counselor) == []
    # No parent is called: somebody of the home may be involved.
    with conflict(""):
        contacted(case, staff.counselor, at=police)
    with acting_as(staff.counselor.pk):
        alert = Alert.objects.get(case=case)
    found = "Found by the City police (called 2:50 p.m., number 4711). Child Welfare Services know."
    workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason=found, at=police + HOUR)
    ended: Any = make.reload(alert, staff.counselor)
    assert ended.ended_at == police + HOUR
    assert found in page(staff.counselor, case.get_absolute_url())
