"""One wins; the other is told who did what when, and what they typed stays on their screen."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.forms.base import CHOOSE, NOT_WHOLE
from cases.models import Case, CasePerson, Entry
from csec.accounts.models import User
from csec.audit.models import Event
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.test_races import at_once
from tests.make import AT

pytestmark = pytest.mark.django_db

TYPED = "What I had typed here."
MINUTE = "Fri, Nov 20, 2:50 PM"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(page: Any) -> str:
    return str(page.content.decode())


def closing(client: Client, path: str) -> dict[str, str]:
    """The form that closes a case, as it was opened, with a word in each of its fields."""
    names = [name for name in client.get(path).context["form"].fields if name.startswith("left_open")]
    typed = dict.fromkeys([*names, "reason", "last_look"], TYPED)
    return typed | {"outcome": "other_support"}


def test_whoever_closes_a_case_whose_report_was_opened_again_keeps_what_they_typed() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, at=now)
    entry = make.reported(case, staff.counselor, at=now)
    client, path = signed_in(staff.counselor), reverse("cases:close_case", args=[case.pk])
    typed = closing(client, path)
    workflow.correct_entry(
        actor=staff.administrator, entry=entry, outcome="reopened", happened_at=now, reason="Me too.", at=now
    )
    page = client.post(path, typed)
    assert page.status_code == 409
    assert words(page).count(TYPED) == len(typed) - 1
    assert "Somebody on the case opened it again on " in words(page)
    assert reverse("cases:record_outcome", args=[case.pk, entry.part_id]) in words(page)
    make.reported(case, staff.administrator, at=now)
    assert client.post(path, typed).status_code == 302


def test_a_report_that_is_open_is_said_also_when_the_rest_of_the_form_is_wrong() -> None:
    staff = make.Staff()
    case = make.case(staff)
    page = signed_in(staff.counselor).post(
        reverse("cases:close_case", args=[case.pk]), {"reason": TYPED, "outcome": "made-up"}
    )
    assert page.status_code == 409
    assert "is still open" in words(page)
    assert TYPED in words(page)
    assert "made-up" not in words(page)


def test_what_was_typed_for_parts_that_a_colleague_has_ended_since_stays_on_the_page() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    client, path = signed_in(staff.counselor), reverse("cases:close_case", args=[case.pk])
    typed = closing(client, path)
    confirmed = {"basis": "disclosure", "decided_by": "Both.", "reason": "She told me."}
    workflow.reclassify(actor=staff.administrator, case=case, to="confirmed_victim", at=AT, **confirmed)
    page = client.post(path, typed)
    assert page.status_code == 409
    assert words(page).count(TYPED) == len(typed) - 1
    assert f"Ada Administrator recorded “Superseded by reclassifying” on {MINUTE}" in words(page)


def test_of_two_who_close_a_case_the_second_keeps_each_word() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    client, path = signed_in(staff.counselor), reverse("cases:close_case", args=[case.pk])
    typed = closing(client, path)
    make.closed(case, staff.administrator)
    page = client.post(path, typed)
    assert page.status_code == 409
    assert f"Ada Administrator closed this case on {MINUTE}" in words(page)
    assert words(page).count(TYPED) == len(typed) - 1


@pytest.mark.parametrize("others", [0, 1], ids=["no-other-case", "another-case"])
def test_a_concern_for_a_case_that_was_closed_meanwhile_tells_by_whom(others: int) -> None:
    staff = make.Staff()
    case = make.case(staff)
    concern = make.concern(staff)
    for _n in range(others):
        make.case(staff)
    client, path = signed_in(staff.counselor), reverse("cases:attach_concern", args=[concern.pk])
    make.reported(case, staff.counselor)
    make.closed(case, staff.administrator)
    assert case.number not in words(client.get(path))
    page = client.post(path, {"case": str(case.pk), "reason": TYPED, "additions": "0"})
    assert page.status_code == 409
    assert f"Ada Administrator closed this case on {MINUTE}" in words(page)
    assert TYPED in words(page)
    assert make.reload(concern, staff.counselor).status == "received"


def test_of_two_who_add_the_same_person_the_second_is_told_since_when_they_are_there() -> None:
    staff = make.Staff()
    case = make.case(staff)
    path = reverse("cases:add_person", args=[case.pk])
    typed = {"who": f"{staff.social_worker.pk}:social_worker", "reason": TYPED}
    assert signed_in(staff.administrator).post(path, typed).status_code == 302
    page = signed_in(staff.counselor).post(path, typed)
    assert page.status_code == 409
    assert "Sam Socialworker is on this case since" in words(page)
    assert TYPED in words(page)
    offered = [value for value, _label in page.context["form"].fields["who"].choices]
    assert typed["who"] not in offered


def choice_pages(staff: make.Staff, given: str) -> list[HttpResponse]:
    """What comes back when something that is on no list is sent to each kind of list."""
    case, concern = make.case(staff), make.concern(staff)
    report = make.part(case, staff.counselor, "report")
    notify = make.part(case, staff.counselor, "notify")
    sent = [
        (staff.teacher, "log_concern", [], ["school", "implicated", "indicators", "student", "source"]),
        (staff.counselor, "add_person", [case.pk], ["who"]),
        (staff.counselor, "attach_concern", [concern.pk], ["case"]),
        (staff.counselor, "open_case", [concern.pk], ["track", "basis"]),
        (staff.counselor, "record_outcome", [case.pk, report.pk], ["outcome", "field_written_by_way_of"]),
        (staff.counselor, "request_sro", [case.pk, notify.pk], ["officer"]),
        (staff.counselor, "close_case", [case.pk], ["outcome"]),
    ]
    return [
        signed_in(person).post(reverse(f"cases:{name}", args=ids), dict.fromkeys(fields, given))  # type: ignore[misc]
        for person, name, ids, fields in sent
    ]


@pytest.mark.parametrize("given", ["made-up", "00000000-0000-4000-8000-00000000abcd"], ids=["word", "id"])
def test_what_is_on_no_list_is_said_in_words_that_do_not_repeat_it(given: str) -> None:
    for page in choice_pages(make.Staff(), given):
        form = page.context["form"]  # type: ignore[attr-defined]
        assert str(CHOOSE) in str(form.errors)
        assert given not in str(form.errors.as_text())


def test_what_did_not_arrive_of_a_field_that_is_not_seen_is_not_called_by_the_name_that_code_has_for_it() -> (
    None
):
    staff = make.Staff()
    concern = make.concern(staff)
    path = reverse("cases:close_concern", args=[concern.pk])
    page = signed_in(staff.counselor).post(path, {"reason": "An aunt’s car."})
    assert page.status_code == 422
    assert str(NOT_WHOLE) in words(page)
    assert "Additions" not in words(page)


def test_an_officer_who_sends_the_refusal_twice_is_told_that_it_was_sent() -> None:
    staff = make.Staff()
    case = make.case(staff)
    asked = make.asked_in(case, staff.counselor, staff.sro)
    client, path = signed_in(staff.sro), reverse("cases:decline_request", args=[case.pk, asked.pk])
    first, again = (client.post(path, {"reason": "On leave."}, follow=True) for _n in range(2))
    assert first.redirect_chain == again.redirect_chain == [("/", 302)]
    assert "You declined this already." in words(again)
    # Whoever else comes to that address learns nothing, and neither does the officer who only opens it.
    assert client.get(path).status_code == 404
    assert signed_in(staff.sro).post(path, {"reason": "On leave."}).status_code == 404
    assert signed_in(staff.elsewhere).post(path, {"reason": "On leave."}).status_code == 404


def own_row(case: Case, person: User) -> CasePerson:
    with acting_as(person.pk):
        return CasePerson.objects.get(case=case, person=person)


def with_a_second(staff: make.Staff) -> Case:
    """A case that the counselor may leave, because the social worker carries it too."""
    case = make.case(staff)
    workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Takes over.",
        at=AT,
    )
    return case


def test_whoever_takes_themselves_off_a_case_twice_is_told_that_they_are_off_it() -> None:
    staff = make.Staff()
    case = with_a_second(staff)
    row = own_row(case, staff.counselor)
    client, path = signed_in(staff.counselor), reverse("cases:remove_person", args=[case.pk, row.pk])
    first, again = (client.post(path, {"reason": "Moved."}, follow=True) for _n in range(2))
    assert first.redirect_chain == again.redirect_chain == [(reverse("cases:cases"), 302)]
    assert "You are off the case." in words(first)
    assert "You took yourself off this case already." in words(again)


def test_whoever_was_taken_off_by_somebody_else_does_not_find_the_case() -> None:
    staff = make.Staff()
    case = with_a_second(staff)
    row = own_row(case, staff.counselor)
    workflow.remove_person(actor=staff.social_worker, case=case, person=row, reason="Moved.", at=AT)
    path = reverse("cases:remove_person", args=[case.pk, row.pk])
    assert signed_in(staff.counselor).post(path, {"reason": "Moved."}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_lead_to_the_same_place() -> None:
    staff = make.Staff()
    case = make.case(staff)
    asked = make.asked_in(case, staff.counselor, staff.sro)
    path = reverse("cases:decline_request", args=[case.pk, asked.pk])
    window, same_browser = signed_in(staff.sro), Client()
    same_browser.cookies = window.cookies
    answers = at_once(
        *[
            lambda client=client: client.post(path, {"reason": "On leave."})
            for client in (window, same_browser)
        ]  # type: ignore[misc]
    )
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/")] * 2
    assert Event.objects.using("owner").filter(verb="request_declined").count() == 1


def test_opening_a_colleagues_report_again_says_what_it_is() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.reported(case, staff.counselor)
    client, path = (
        signed_in(staff.administrator),
        reverse("cases:correct_entry", args=[case.pk, entry.pk]),
    )
    page = client.get(path)
    assert "Open this again" in words(page)
    assert "Your colleague’s report stays as it is" in words(page)
    assert "This corrects" not in words(page)
    form = page.context["form"]
    assert form["reason"].label == "Why is it open again for you?"
    typed = {name: form[name].value() or "" for name in ("version", "outcome", "reason")}
    assert typed["reason"] == "I carry this duty myself."
    sent = client.post(path, typed | {"happened_at": "2026-11-20T14:45"}, follow=True)
    assert "It is open again." in words(sent)
    with acting_as(staff.administrator.pk):
        assert Entry.objects.filter(part=entry.part_id).latest("number").outcome == "reopened"
    for person in (staff.counselor, staff.administrator):
        page = signed_in(person).get(case.get_absolute_url())
        assert "Open again: whoever carries this duty reports for themselves" in words(page)
        assert "corrects the entry before" not in words(page)


def test_ones_own_entry_is_still_corrected() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.reported(case, staff.counselor)
    page = signed_in(staff.counselor).get(reverse("cases:correct_entry", args=[case.pk, entry.pk]))
    assert "This corrects" in words(page)
    assert "Open this again" not in words(page)
    values = {"phoned_at": AT, "written_at": AT, "agency": "Law enforcement"}
    workflow.correct_entry(
        actor=staff.counselor, entry=entry, outcome="done", happened_at=AT, reason="Wrong agency.",
        values=values, at=AT,
    )  # fmt: skip
    assert "corrects the entry before" in words(signed_in(staff.counselor).get(case.get_absolute_url()))


def test_of_two_who_reclassify_the_second_still_has_the_form_they_filled_in() -> None:
    staff = make.Staff()
    case = make.case(staff)
    path = reverse("cases:reclassify", args=[case.pk])
    typed = {"to": "confirmed_victim", "basis": "disclosure", "decided_by": "Casey and Ada", "reason": TYPED}
    assert signed_in(staff.administrator).post(path, typed).status_code == 302
    page = signed_in(staff.counselor).post(path, typed)
    assert page.status_code == 409
    assert "Reclassify to: Confirmed victim" in words(page)
    assert "Ada Administrator" in words(page)
    assert page.context["form"]["basis"].value() == "disclosure"
    assert "Casey and Ada" in words(page)
    assert TYPED in words(page)
