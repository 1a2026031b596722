"""A report is two: the call, and what is written. The one does not end the other, and each person makes their own."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import workflow
from cases.models import Case, Entry
from csec.accounts.models import User
from tests import make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def confirm(staff: make.Staff, case: Case) -> None:
    workflow.reclassify(
        actor=staff.counselor,
        case=make.as_seen(case, staff.counselor),
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both.",
        reason="Told so.",
        at=AT,
    )


def test_a_call_without_the_written_report_leaves_the_duty_open_and_says_what_is_left() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "report")
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    when = timezone.localtime(AT, case.zone).strftime("%Y-%m-%dT%H:%M")
    called = {
        "version": "0",
        "outcome": "called",
        "happened_at": when,
        "field_phoned_at": when,
        "field_agency": "Child Welfare Services",
        "field_reference": "R-1",
    }
    assert client.post(path, called | {"field_agency": ""}).context["form"].errors == {
        "field_agency": ["Fill this in."]
    }
    assert client.post(path, called).status_code == 302
    now = make.reload(part, staff.counselor)
    assert now.is_open
    assert now.due_at == part.due_at
    for address in (case.get_absolute_url(), reverse("home"), path):
        page = client.get(address).content.decode()
        assert "Telephoned; now the written report" in page
        assert "Call now: not yet called" not in page
    form = client.get(path).context["form"]
    # What was begun is gone on with: nothing of the call is typed again.
    assert form.initial["field_reference"] == "R-1"
    assert form.initial["field_phoned_at"] == AT.replace(second=0, microsecond=0)
    both = called | {"version": "1", "outcome": "done", "field_written_at": when}
    assert client.post(path, both | {"field_written_at": ""}).status_code == 422
    assert client.post(path, both).status_code == 302
    assert make.reload(part, staff.counselor).outcome == "done"


def test_what_a_new_report_has_of_its_own_is_not_offered_from_an_earlier_one() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "report")
    values = {
        "phoned_at": AT,
        "written_at": AT,
        "agency": "County",
        "person_spoken_to": "Ray",
        "reference": "R-1",
    }
    make.record(case, staff.counselor, "report", values=values)
    confirm(staff, case)
    again = make.part(case, staff.counselor, "report")
    assert again.pk != part.pk
    client = Client()
    client.force_login(staff.counselor)
    form = client.get(reverse("cases:record_outcome", args=[case.pk, again.pk])).context["form"]
    offered = {name for name in form.initial if name.startswith("field_")}
    assert offered == {"field_agency"}


CALL = {"phoned_at": AT, "agency": "Child Welfare Services", "reference": "R-1"}


def called(case: Case, person: User) -> Entry:
    words = {"reason": "Telephoned; the written report follows", "review_on": AT.date()}
    return make.record(case, person, "report", "unable", values=CALL, **words)


def test_a_report_that_was_made_on_the_telephone_is_not_called_needless() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    called(case, staff.counselor)
    for person in (staff.counselor, staff.social_worker):
        with invalid("outcome"):
            make.record(case, person, "report", "not_applicable", reason="No suspicion.")


def test_nor_is_it_after_somebody_else_has_tried_and_reached_nobody() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    called(case, staff.counselor)
    tried = {"reason": "Nobody answered.", "review_on": AT.date()}
    make.record(case, staff.social_worker, "report", "unable", **tried)
    with invalid("outcome"):
        make.record(case, staff.social_worker, "report", "not_applicable", reason="No suspicion.")


def test_a_call_that_was_entered_by_mistake_holds_nothing_back_once_it_is_corrected() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = called(case, staff.counselor)
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:correct_entry", args=[case.pk, entry.pk]))
    assert page.context["form"].initial["outcome"] == "called"
    workflow.correct_entry(
        actor=staff.counselor,
        entry=entry,
        outcome="unable",
        happened_at=AT,
        values={},
        reason="It was another student's.",
        review_on=AT.date(),
        at=AT,
    )
    make.record(case, staff.counselor, "report", "not_applicable", reason="No suspicion.")


def test_an_attempt_in_which_nobody_took_the_report_is_no_call() -> None:
    staff = make.Staff()
    case = make.case(staff)
    tried = {"reason": "Nobody answered.", "review_on": AT.date()}
    with invalid("phoned_at"):
        make.record(case, staff.counselor, "report", "unable", values={"phoned_at": AT}, **tried)
    part = make.part(case, staff.counselor, "report")
    client = Client()
    client.force_login(staff.counselor)
    when = timezone.localtime(AT, case.zone).strftime("%Y-%m-%dT%H:%M")
    form = {
        "version": "0",
        "outcome": "unable",
        "happened_at": when,
        "reason": "Busy.",
        "review_on": "2026-11-20",
    }
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    answer = client.post(path, form | {"field_phoned_at": when, "field_agency": "CWS"})
    assert set(answer.context["form"].errors) == {"field_phoned_at"}
    make.record(case, staff.counselor, "report", "unable", **tried)
    for address in (case.get_absolute_url(), reverse("home"), path):
        assert "Call now: not yet called" in client.get(address).content.decode()


def test_whoever_has_not_called_themselves_is_told_to_call_though_a_colleague_has() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    called(case, staff.counselor)
    client = Client()
    client.force_login(staff.social_worker)
    part = make.part(case, staff.social_worker, "report")
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    for address in (case.get_absolute_url(), reverse("home"), path):
        page = client.get(address).content.decode()
        assert "Call now: not yet called" in page
        assert "Telephoned; now the written report" not in page
    assert "field_reference" not in client.get(path).context["form"].initial


def test_a_half_that_was_begun_is_gone_on_with_on_the_next_track_by_whoever_began_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    called(case, staff.counselor)
    confirm(staff, case)
    part = make.part(case, staff.counselor, "report")
    assert part.due_at
    for person, offered in ((staff.counselor, "R-1"), (staff.administrator, None)):
        client = Client()
        client.force_login(person)
        page = client.get(reverse("cases:record_outcome", args=[case.pk, part.pk]))
        assert page.context["form"].initial.get("field_reference") == offered
