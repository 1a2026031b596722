"""What staff can read of the reminders, and what one's calendar is told."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import CasePerson, CheckIn, ConcernExclusion
from cases.reading.history import SIZE
from cases.reading.work import waiting_for
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.test_sweep_check_ins import DUE
from tests.cases.reminders.worker import covered, swept
from tests.cases.test_queries import never_arrived
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

LATE = DUE + timedelta(hours=2)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: object) -> str:
    return signed_in(person).get(reverse(f"cases:{name}", args=args)).content.decode()


def test_those_on_a_case_read_to_whom_what_was_said_and_who_sees_to_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    covered(staff, case, AT)
    swept(LATE)
    check_in = CheckIn.objects.using("owner").get(case=case)
    seen = make.as_seen(case, staff.administrator)
    workflow.take_over(actor=staff.administrator, case=seen, subject=check_in.pk, at=LATE)
    for text in (page(staff.counselor, "case_reminders", case.pk), page(staff.liaison, "reminders")):
        assert "to those who answer for the case" in text
        assert "Sam Socialworker" in text
        assert "Waiting" in text
        assert "Ada Administrator <span" in text


def test_an_answer_and_a_student_who_was_seen_are_seen_to_as_well() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    swept(LATE)
    before = page(staff.counselor, "case_reminders", case.pk)
    workflow.accept_request(actor=staff.sro, request=request, at=LATE)
    make.record(case, staff.counselor, "regular_contact", at=LATE, values={"student_safe": "yes"})
    after = page(staff.counselor, "case_reminders", case.pk)
    for who in ("Olu Officer <span", "Casey Counselor <span"):
        assert who not in before
        assert who in after


def test_a_request_that_was_taken_back_is_seen_to_by_nobody() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    swept(LATE)
    with acting_as(staff.counselor.pk):
        officer = CasePerson.objects.get(case=case, person=staff.sro)
    workflow.remove_person(actor=staff.counselor, case=case, person=officer, reason="Moved.", at=LATE)
    text = page(staff.counselor, "case_reminders", case.pk)
    assert "The SRO was asked in" in text
    assert "Olu Officer <span" not in text


def test_the_officer_and_somebody_elsewhere_read_their_own_messages_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    swept(AT)
    officers = page(staff.sro, "reminders")
    assert "The SRO was asked in" in officers
    assert "Casey Counselor" not in officers
    assert "Report to Child Welfare" not in officers
    assert case.number not in page(staff.elsewhere, "reminders")
    answer = signed_in(staff.elsewhere).get(reverse("cases:case_reminders", args=[case.pk]))
    assert answer.status_code == 404


def test_somebody_excluded_reads_nothing_of_it() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    swept(LATE)
    assert case.number not in page(staff.administrator, "reminders")


def messages_read_by(person: User) -> list[str]:
    """What each is about, as far as the page and PostgreSQL show them."""
    with acting_as(person.pk):
        rows = {row.pk for row in Message.objects.filter(recipient=person)}
    shown = signed_in(person).get(reverse("cases:reminders")).context["page"].rows
    assert rows == {line.message.pk for line in shown if line.message.recipient_id == person.pk}
    return sorted(line.message.kind for line in shown)


def test_somebody_excluded_afterwards_does_not_go_on_reading_what_was_said_to_them() -> None:
    staff = make.Staff()
    # Nobody took it up in time: it was said to the administrator, and then put into a case.
    concern = make.concern(staff)
    swept(AT + timedelta(days=2))
    case = make.case(staff, about=concern)
    covered(staff, case, AT)
    make.record(
        case, staff.counselor, "regular_contact", "unable", reason="Gone.", values={"student_safe": "no"}
    )
    swept(LATE)
    before = messages_read_by(staff.administrator)
    assert {"alert", "check_in", "concern"} <= set(before)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Her uncle.", at=database_now()
    )
    assert messages_read_by(staff.administrator) == []
    # It was a mistake: they were said to them all the same.
    with acting_as(staff.liaison.pk):
        row = CasePerson.objects.get(case=case, excluded=True)
    workflow.readmit_person(
        actor=staff.liaison, case=case, person=row, reason="A namesake.", at=database_now()
    )
    assert messages_read_by(staff.administrator) == before


@pytest.mark.parametrize("kind", ["nobody_answers", "emergency_beside", "parent_hold"])
def test_nor_what_names_the_case_or_what_hangs_on_it_by_its_own_id_alone(kind: str) -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    hold = workflow.suspect_parent(actor=staff.counselor, case=case, reason="As she said.", at=now)
    other = make.another_case(staff, at=now)
    access = make.opened_in_emergency(other, make.user("Cal Counsel", Role.COUNSEL))
    subject = {"nobody_answers": case.pk, "emergency_beside": access.pk, "parent_hold": hold.pk}[kind]
    kept = other if kind == "emergency_beside" else case
    moments = dict.fromkeys(("due", "send_after", "next_try_at", "created_at"), now)
    message = Message.objects.using("owner").create(
        subject=subject, kind=kind, recipient_id=staff.administrator.pk, level=1, **moments
    )
    assert read_by(staff.administrator, message)
    workflow.exclude_person(
        actor=staff.counselor, case=kept, person=staff.administrator, reason="Her uncle.", at=now
    )
    assert not read_by(staff.administrator, message)


def test_nor_does_whoever_accepted_a_transfer_and_is_kept_from_the_case_that_came_of_it() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    transfer = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    swept(now + timedelta(minutes=1))
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=now)
    assert "transfer" in messages_read_by(staff.elsewhere)
    colleague = make.user("Cole Colleague", Role.COUNSELOR, staff.other_school)
    make.helper(make.as_seen(new, staff.elsewhere), staff.elsewhere, colleague, Role.COUNSELOR, at=now)
    workflow.exclude_person(actor=colleague, case=new, person=staff.elsewhere, reason="Related.", at=now)
    assert "transfer" not in messages_read_by(staff.elsewhere)


def read_by(person: User, message: Message) -> bool:
    with acting_as(person.pk):
        return Message.objects.filter(pk=message.pk).exists()


def test_nor_does_a_receiver_past_whom_it_goes_but_what_is_said_of_their_own_duty_stays() -> None:
    staff = make.Staff()
    about = make.concern(staff)
    swept(AT)
    workflow.accept_concern(actor=staff.counselor, concern=about, at=AT)
    swept(AT)
    assert messages_read_by(staff.counselor) == ["concern", "report"]
    with acting_as(staff.counselor.pk):
        ConcernExclusion.objects.create(concern=about, person=staff.counselor)
    assert messages_read_by(staff.counselor) == ["report"]


def test_whoever_wrote_it_and_holds_it_no_more_is_not_told_who_saw_to_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.counselor)
    swept(AT)
    staff.counselor.memberships.using("owner").update(until=date(2026, 2, 1))
    make.user("Nadia New", Role.COUNSELOR, staff.school)
    Membership.objects.using("owner").create(
        person=staff.counselor, school=staff.other_school, role=Role.COUNSELOR, since=make.SINCE
    )
    workflow.accept_concern(actor=staff.social_worker, concern=concern, at=AT)
    assert "Sam Socialworker" not in page(staff.counselor, "reminders")
    assert "Sam Socialworker" in page(staff.social_worker, "reminders")


def test_the_messages_that_reached_nobody_are_read_by_themselves_on_as_many_pages_as_it_takes() -> None:
    staff = make.Staff()
    case = make.with_liaison(make.case(staff), staff)
    make.asked_in(case, staff.counselor, staff.sro)
    swept(LATE)
    everything = len(messages_shown(staff.liaison))
    for _n in range(SIZE + 1):
        never_arrived(case, staff.counselor, LATE)
    client = signed_in(staff.liaison)
    for path in (reverse("cases:reminders"), reverse("cases:case_reminders", args=[case.pk])):
        first = client.get(path, {"reached": "nobody"})
        text = first.content.decode()
        assert "Only the messages that reached nobody are shown." in text
        assert '<a href="?#list">All messages</a>' in text
        [further] = re.findall(r'rel="next" href="([^"]+)"', text)
        assert further == "?reached=nobody&amp;page=2"
        second = client.get(path, {"reached": "nobody", "page": "2"})
        rows = [*first.context["page"].rows, *second.context["page"].rows]
        assert len(rows) == SIZE + 1
        assert {line.message.state for line in rows} == {"failed"}
        assert 'rel="prev" href="?reached=nobody&amp;page=1"' in second.content.decode()
    # What is no filter leaves nothing out.
    assert len(messages_shown(staff.liaison, reached="x")) == SIZE
    assert "Only the messages" not in page(staff.liaison, "reminders")
    assert everything > 0
    assert (
        "No message that you may read reached nobody."
        in signed_in(staff.elsewhere).get(reverse("cases:reminders"), {"reached": "nobody"}).content.decode()
    )


def messages_shown(person: User, **asked: str) -> list[str]:
    shown = signed_in(person).get(reverse("cases:reminders"), asked).context["page"].rows
    return [line.message.state for line in shown]


def test_the_liaisons_first_screen_counts_those_of_late_that_they_may_read_and_leads_to_them() -> None:
    staff, now = make.Staff(), database_now()
    case, closed_to_them = make.case(staff, at=now), make.another_case(staff, at=now)
    link = f"{reverse('cases:reminders')}?reached=nobody#list"
    make.with_liaison(case, staff, at=now)
    never_arrived(closed_to_them, staff.counselor, now)
    never_arrived(case, staff.counselor, now - timedelta(days=8))
    assert link not in signed_in(staff.liaison).get("/").content.decode()
    for _n in range(2):
        never_arrived(case, staff.counselor, now - timedelta(days=6))
    home = signed_in(staff.liaison).get("/").content.decode()
    assert f'<a href="{link}"><b>2</b> messages of the last 7 days reached nobody</a>' in home
    for person in (staff.administrator, staff.counselor, staff.counsel, staff.sro):
        assert link not in signed_in(person).get("/").content.decode(), person.name
    # Of a case that is kept from them they read nothing here either.
    given = {"case": case, "person": staff.liaison, "reason": "Her niece."}
    workflow.exclude_person(actor=staff.counselor, at=now, **given)
    with acting_as(staff.liaison.pk):
        assert waiting_for(staff.liaison, database_now()).reached_nobody == 0
