"""Ways in which a child was once forgotten or a text lost, each held by a sentence."""

import base64
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import workflow
from cases.forms.base import Moment
from cases.models import CasePerson, Concern, StepPart
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.crypto.keys import master_keys
from csec.delivery.ticks import database_now
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def unable(staff: make.Staff, case: Any, actor: User, name: str, review_on: date) -> None:
    part = make.part(case, actor, name)
    workflow.record_outcome(
        actor=actor,
        part=part,
        version=part.version,
        outcome="unable",
        happened_at=AT,
        reason="The line was busy.",
        review_on=review_on,
        at=AT,
    )


def late_for(person: User, at: Any) -> set[str]:
    with acting_as(person.pk):
        work = waiting_for(person, at)
        return {task.part.part for task in work.late.shown + work.late_with_others.shown}


def test_an_attempt_to_report_neither_stops_the_call_nor_the_36_hours() -> None:
    staff = make.Staff()
    case = make.case(staff)
    unable(staff, case, staff.counselor, "report", TODAY + timedelta(days=1))
    with acting_as(staff.counselor.pk):
        assert "report" in {task.part.part for task in waiting_for(staff.counselor, AT).now}
    after = AT + timedelta(hours=37)
    assert "report" in late_for(staff.counselor, after)
    assert "report" in late_for(staff.administrator, after)


def test_an_attempt_to_report_cannot_be_put_off_for_long() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with pytest.raises(workflow.Invalid) as refused:
        unable(staff, case, staff.counselor, "report", TODAY + timedelta(days=2))
    assert set(refused.value.fields) == {"review_on"}


def test_reclassifying_does_not_put_off_a_first_contact_that_is_late() -> None:
    staff = make.Staff()
    case = make.case(staff)
    due = make.part(case, staff.counselor, "regular_contact").due_at
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT + timedelta(days=20),
    )
    assert make.part(case, staff.counselor, "regular_contact").due_at == due


def test_a_counselor_reads_what_is_late_with_others_on_their_case() -> None:
    staff = make.Staff()
    make.case(staff)
    assert "impact" in late_for(staff.counselor, AT + timedelta(days=10))


def test_what_is_added_to_a_closed_concern_waits_for_its_receiver_again() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="Cleared up.", at=AT)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises today.", at=AT)
    with acting_as(staff.counselor.pk):
        assert [one.pk for one in waiting_for(staff.counselor, AT).concerns] == [concern.pk]
        assert Concern.objects.select_related("key").get(pk=concern.pk).ending() == {"reason": "Cleared up."}


def test_taking_an_officer_off_who_never_answered_lets_another_be_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    other = make.user("Ola Other", Role.SRO, staff.school)
    notify = make.part(case, staff.counselor, "notify")
    workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT)
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, person=staff.sro)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="On leave.", at=AT)
    notify = make.part(case, staff.counselor, "notify")
    assert notify.outcome == ""
    asked = workflow.request_sro(
        actor=staff.counselor, part=notify, version=notify.version, officer=other, at=AT
    )
    workflow.accept_request(actor=other, request=asked, at=AT)


def test_a_concern_that_implicates_the_only_carer_waits_for_another_carer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    about_carer = make.concern(staff, implicated=[staff.counselor])
    given = {"actor": staff.administrator, "concern": about_carer, "case": case, "reason": "Same.", "at": AT}
    with pytest.raises(workflow.Conflict) as told:
        workflow.attach_concern(**given)
    assert "takes over first" in str(told.value.words)
    workflow.add_person(
        actor=staff.administrator,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Takes over.",
        at=AT,
    )
    workflow.attach_concern(**given)
    with acting_as(staff.administrator.pk):
        held = CasePerson.objects.filter(case=case, until__isnull=True, excluded=False, role="counselor")
        assert not held.exists()


def test_a_concern_about_one_student_does_not_go_into_the_case_of_another() -> None:
    staff = make.Staff()
    case = make.case(staff)
    other = make.concern(staff, student=make.student(staff.school, "Robin", "Reed"))
    with pytest.raises(workflow.Invalid) as refused:
        workflow.attach_concern(actor=staff.counselor, concern=other, case=case, reason="Same event.", at=AT)
    assert set(refused.value.fields) == {"case"}


def test_whoever_came_second_can_send_the_form_again_and_a_draft_does_not_hold_it_back() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    client = signed_in(staff.administrator)
    token = client.get(path).context["form"].initial[store.FIELD]
    review = (database_now() + timedelta(days=3)).date().isoformat()
    typed = {
        store.FIELD: token,
        "version": "0",
        "outcome": "unable",
        "happened_at": "2026-11-20T14:55",
        "reason": "The gym was closed.",
        "review_on": review,
    }
    client.post(reverse("cases:keep_draft"), typed)
    unable(staff, case, staff.administrator, "impact", TODAY + timedelta(days=1))
    assert client.get(path).context["form"]["version"].value() == 1
    conflict = client.post(path, typed)
    assert conflict.status_code == 409
    assert conflict.context["form"]["version"].value() == "1"
    assert "The gym was closed." in conflict.content.decode()
    assert client.post(path, typed | {"version": "1"}).status_code == 302


def test_a_draft_of_a_concern_that_was_sent_all_the_same_begins_another_one() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    form = client.get(reverse("cases:log_concern")).context["form"]
    typed = {
        store.FIELD: form.initial[store.FIELD],
        "concern_id": str(form["concern_id"].value()),
        "school": str(staff.school.pk),
        "account": "The car again.",
        "first_known_at": "2026-11-20T14:40",
    }
    client.post(reverse("cases:log_concern"), typed)
    client.post(reverse("cases:keep_draft"), typed)
    again = client.get(reverse("cases:log_concern")).context["form"]
    assert str(again["concern_id"].value()) != typed["concern_id"]
    second = client.post(reverse("cases:log_concern"), typed | {"account": "About another child."})
    assert second.status_code == 409
    renewed = second.context["form"]["concern_id"].value()
    sent = client.post(
        reverse("cases:log_concern"), typed | {"account": "About another child.", "concern_id": renewed}
    )
    assert sent.status_code == 302
    with acting_as(staff.counselor.pk):
        assert Concern.objects.count() == 2


@pytest.mark.parametrize("query", ["Avery\x00", "Avery \x07", "a " * 20_000])
def test_a_name_that_cannot_be_searched_is_said_beside_its_field(query: str) -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    found = client.post(reverse("cases:log_concern"), {"find": "1", "student_query": query})
    assert found.status_code == 200
    refused = client.post(reverse("cases:log_concern"), {"student_query": query, "account": "Seen."})
    assert refused.status_code == 422
    assert "student_query" in refused.context["form"].errors


def test_a_page_that_is_no_number_is_the_first() -> None:
    staff = make.Staff()
    assert signed_in(staff.administrator).get(reverse("cases:cases"), {"page": "²"}).status_code == 200


def test_correcting_an_entry_offers_the_time_that_was_entered() -> None:
    staff = make.Staff()
    case = make.case(staff)
    unable(staff, case, staff.administrator, "impact", TODAY + timedelta(days=1))
    with acting_as(staff.administrator.pk):
        entry = StepPart.objects.get(case=case, part="impact").entries.get()
    page = signed_in(staff.administrator).get(reverse("cases:correct_entry", args=[case.pk, entry.pk]))
    assert page.context["form"].initial["happened_at"] == AT


def test_what_the_officer_typed_is_not_offered_in_the_teams_steps() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    notify = make.part(case, staff.administrator, "notify")
    asked = workflow.request_sro(actor=staff.administrator, part=notify, version=0, officer=staff.sro, at=AT)
    workflow.accept_request(actor=staff.sro, request=asked, at=AT)
    workflow.report_back(
        actor=staff.sro,
        request=asked,
        version=0,
        values={"report_back": "referred", "agency_case_number": "55-1204"},
        at=AT,
    )
    part = make.part(case, staff.administrator, "consequence")
    page = signed_in(staff.administrator).get(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    assert "55-1204" not in page.content.decode()


def test_a_day_in_the_future_is_refused_unless_it_is_agreed_ahead() -> None:
    staff = make.Staff()
    case = make.case(staff)
    tomorrow = TODAY + timedelta(days=1)
    given = {"entered_on": tomorrow, "information_used": "officer_own"}
    make.asked_in(case, staff.counselor, staff.sro)
    with pytest.raises(workflow.Invalid) as refused:
        make.record(case, staff.sro, "website", values=given)
    assert "entered_on" in refused.value.fields


def test_what_was_typed_into_a_form_that_was_out_of_date_is_kept() -> None:
    staff = make.Staff()
    path = reverse("cases:log_concern")
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.teacher)
    form = client.get(path).context["form"]
    refused = client.post(path, {store.FIELD: form.initial[store.FIELD], "account": "The car again."})
    assert refused.status_code == 403
    assert "is kept for you" in refused.content.decode()
    assert "The car again." in client.get(path).content.decode()


def test_a_draft_whose_key_cannot_be_opened_does_not_close_its_form(settings: Any) -> None:
    staff = make.Staff()
    path = reverse("cases:log_concern")
    client = signed_in(staff.teacher)
    token = client.get(path).context["form"].initial[store.FIELD]
    client.post(reverse("cases:keep_draft"), {store.FIELD: token, "account": "The car again."})
    assert "The car again." in client.get(path).content.decode()
    settings.CSEC_MASTER_KEYS = "1:" + base64.b64encode(b"w" * 32).decode()
    master_keys.cache_clear()
    try:
        assert client.get(path).status_code == 200
    finally:
        master_keys.cache_clear()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2026-11-01T01:30", "2026-11-01T08:30:00+00:00"), ("2026-03-08T02:30", "2026-03-08T10:30:00+00:00")],
)
def test_an_hour_that_comes_twice_or_not_at_all_can_be_entered(typed: str, kept: str) -> None:
    with timezone.override("America/Los_Angeles"):
        moment = Moment().clean(typed)
    assert moment.astimezone(UTC).isoformat() == kept
