"""A case is offered to a named person at another school: they read what was chosen and looked at, and nothing else."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from cases import workflow
from cases.models import Case, Transfer, TransferSection
from cases.workflow.summary import Chosen, summary
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.delivery.ticks import database_now
from csec.directory.models import School
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

VIEW = {"limits_explained": True, "student_view": "Afraid of the stepfather."}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: Any) -> str:
    """What somebody reads there; empty where there is nothing for them."""
    answer = signed_in(person).get(reverse(f"cases:{name}", args=args))
    return answer.content.decode() if answer.status_code == 200 else ""


def test_whoever_must_answer_reads_by_when_in_their_own_schools_zone_and_who_is_told_then() -> None:
    staff = make.Staff()
    School.objects.filter(pk=staff.other_school.pk).update(time_zone="Pacific/Honolulu")
    case = make.case(staff)
    offered = make.offered(case, staff.counselor, staff.elsewhere)
    due = offered.climbs_at
    assert due
    theirs = date_format(due.astimezone(ZoneInfo("Pacific/Honolulu")), "PLAIN_MOMENT")
    assert theirs != date_format(due.astimezone(staff.school.zone), "PLAIN_MOMENT")
    read = page(staff.elsewhere, "transfer", offered.pk)
    assert f"Answer by {theirs} (" in read
    assert "After that the administrator of your school is told" in read
    assert "Answer by" not in page(staff.counselor, "transfer", offered.pk)


def test_what_they_will_read_is_looked_at_before_it_is_sent_and_is_what_they_read() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, path = signed_in(staff.counselor), reverse("cases:offer_transfer", args=[case.pk])
    assert client.get(path).context["form"].initial["sections"] == ["contact"]
    typed = {
        "to": str(staff.elsewhere.memberships.get().pk),
        "sections": ["contact", "safety"],
        "safety": "The side door, and not the bus.",
    }
    looked_at = client.post(path, typed)
    assert looked_at.status_code == 200
    assert "This is what they will read" in looked_at.content.decode()
    preview = [[one.title, one.lines] for one in looked_at.context["preview"]]
    with acting_as(staff.counselor.pk):
        assert not Transfer.objects.exists()
    read = looked_at.context["form"].data["read"]
    changed = client.post(path, typed | {"read": read, "safety": "The front door."})
    assert changed.status_code == 409
    assert "look at it once more" in changed.content.decode()
    assert client.post(path, typed | {"read": read}).status_code == 302
    with acting_as(staff.elsewhere.pk):
        offered = Transfer.objects.select_related("key").get()
        sections = [
            [str(one.get_section_display()), one.lines(offered.key)] for one in offered.sections.all()
        ]
    assert sections == preview
    assert ["How often", "every 7 days"] in dict(preview)[
        "The check-ins: how often, and when the next is due"
    ]
    shown = page(staff.elsewhere, "transfer", offered.pk)
    assert "The side door, and not the bus." in shown
    assert staff.student.full_name in shown
    assert str(case.pk) not in shown


def test_they_read_the_offer_and_nothing_of_the_case_and_nobody_else_there_reads_anything() -> None:
    staff = make.Staff()
    overseer = make.user("Olga Overseer", "administrator", staff.other_school)
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.record(case, staff.counselor, "consult", values=VIEW)
    transfer = make.offered(case, staff.counselor, staff.elsewhere, sections=["track", "contact"])
    shown = page(staff.elsewhere, "transfer", transfer.pk)
    assert "Regular contact" in shown
    for kept in ("Child Welfare Services", "stepfather", "strangers", staff.teacher.name, case.number):
        assert kept not in shown
    assert page(staff.elsewhere, "case", case.pk) == ""
    assert page(staff.elsewhere, "transfers_of_case", case.pk) == ""
    for person in (overseer, staff.teacher, staff.sro, staff.counsel, staff.social_worker):
        assert page(person, "transfer", transfer.pk) == "", person.name
        with acting_as(person.pk):
            assert not Transfer.objects.exists()
            assert not TransferSection.objects.exists()
            assert not DataKey.objects.filter(scope=transfer.pk).exists()
    with acting_as(staff.elsewhere.pk):
        assert not Case.objects.exists()
        assert not DataKey.objects.filter(scope=case.pk).exists()


def test_the_counselors_section_goes_along_only_with_a_reason_and_only_carers_read_it_there() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "consult", values=VIEW)
    with invalid("counseling_reason"):
        make.offered(case, staff.counselor, staff.elsewhere, sections=["counseling"])
    with invalid("sections"):
        make.offered(
            case,
            staff.administrator,
            staff.elsewhere,
            sections=["counseling"],
            counseling_reason="She asked.",
        )
    transfer = make.offered(
        case, staff.counselor, staff.elsewhere, sections=["counseling"], counseling_reason="She asked for it."
    )
    readers = (staff.elsewhere, staff.counselor, staff.administrator)
    assert ["stepfather" in page(person, "transfer", transfer.pk) for person in readers] == [
        True,
        True,
        False,
    ]
    with acting_as(staff.administrator.pk):
        assert not TransferSection.objects.filter(section="counseling").exists()


def test_a_report_is_in_no_section_whatever_is_chosen() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    with acting_as(staff.counselor.pk):
        chosen = Chosen(("track", "contact", "counseling"), counseling_reason="x")
        told = summary(make.as_seen(case, staff.counselor), staff.counselor, chosen)
    words = " ".join(f"{label} {text}" for one in told for label, text in one.lines)
    report = make.part(case, staff.counselor, "report")
    assert case.protocol.definition.part(case.track, report.part).label not in words
    assert "Child Welfare" not in words


def test_somebody_from_whom_the_case_is_kept_is_not_offered_and_the_answer_says_nothing() -> None:
    staff = make.Staff()
    uncle = make.user("Uri Uncle", "counselor", staff.other_school)
    case = make.case(staff, about=make.concern(staff, implicated=[uncle]))
    client, path = signed_in(staff.counselor), reverse("cases:offer_transfer", args=[case.pk])
    said = []
    for person in (uncle, staff.teacher):
        with invalid("receiver"):
            make.offered(case, staff.counselor, person)
        answer = client.post(path, {"to": str(person.memberships.get().pk)})
        assert answer.status_code == 422
        said.append(str(answer.context["form"].errors))
    assert said[0] == said[1]
    assert "Uri Uncle" not in client.get(path).content.decode()


def test_whoever_is_kept_from_the_case_afterwards_finds_no_offer_any_more() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    implicating = make.concern(staff, implicated=[staff.elsewhere])
    workflow.attach_concern(actor=staff.counselor, concern=implicating, case=case, reason="Same.", at=AT)
    assert page(staff.elsewhere, "transfer", transfer.pk) == ""
    assert make.reload(transfer, staff.counselor).state == Transfer.State.WITHDRAWN


@pytest.mark.parametrize(
    ("wrong", "given"),
    [
        ("safety", {"sections": ["safety"]}),
        ("needs", {"sections": ["needs"], "needs": "x" * 5001}),
        ("sections", {"sections": ["report"]}),
    ],
)
def test_a_section_without_its_words_is_not_offered(wrong: str, given: dict[str, Any]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(wrong):
        make.offered(case, staff.counselor, staff.elsewhere, **given)


def test_one_offer_at_a_time_and_no_case_closes_over_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.offered(case, staff.counselor, staff.elsewhere)
    with conflict("A transfer of this student is not over yet"):
        make.offered(case, staff.administrator, staff.elsewhere)
    with conflict("A transfer of this student is not over yet"):
        make.closed(case, staff.counselor)
    workflow.void_case(actor=staff.liaison, case=make.with_liaison(case, staff), reason="By mistake.", at=AT)
    assert "You cannot" not in page(staff.elsewhere, "transfers_of_case", case.pk)
    with acting_as(staff.elsewhere.pk):
        assert Transfer.objects.get().state == Transfer.State.WITHDRAWN
        assert not TransferSection.objects.exists()


def test_a_decision_to_transfer_asks_for_the_offer_and_another_decision_takes_that_back() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    make.reported(case, staff.counselor)
    values = {
        "placement_decision": "transfer",
        "placement_options": "Birch Middle, or an aunt elsewhere.",
        "student_wish": "Birch Middle, where her friend is.",
    }
    entry = make.record(case, staff.administrator, "placement", values=values)
    for person in (staff.counselor, staff.administrator):
        home = signed_in(person).get(reverse("home")).content.decode()
        assert "a transfer was decided, and is not offered yet" in home
    with conflict("A transfer of this student is not over yet"):
        make.closed(case, staff.counselor)
    given = {"outcome": "done", "happened_at": AT, "reason": "She stays.", "at": AT}
    remains = values | {"placement_decision": "remain"}
    workflow.correct_entry(actor=staff.administrator, entry=entry, values=remains, **given)
    with acting_as(staff.counselor.pk):
        assert Transfer.objects.get().state == Transfer.State.WITHDRAWN
    assert make.part(case, staff.counselor, "placement").outcome == "done"


def test_the_decision_is_the_transfer_that_is_offered() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    values = {"placement_decision": "transfer", "placement_options": "Birch.", "student_wish": "Birch."}
    make.record(case, staff.administrator, "placement", values=values)
    with acting_as(staff.counselor.pk):
        [asked] = Transfer.objects.all()
    # There is no offer yet, and no page of one.
    page = reverse("cases:transfer", args=[asked.pk])
    assert signed_in(staff.counselor).get(page).status_code == 404
    make.offered(case, staff.counselor, staff.elsewhere)
    assert signed_in(staff.counselor).get(page).status_code == 200
    with acting_as(staff.counselor.pk):
        [row] = Transfer.objects.all()
    assert (row.state, row.began_by, row.offered_by) == ("open", staff.administrator, staff.counselor)


def test_it_waits_on_the_first_screens_and_after_two_school_days_on_those_of_who_answers() -> None:
    staff = make.Staff()
    overseer = make.user("Olga Overseer", "administrator", staff.other_school)
    now = database_now()
    case = make.case(staff, at=now)
    transfer = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    first = {person: signed_in(person).get(reverse("home")).content.decode() for person in
             (staff.elsewhere, staff.counselor, staff.administrator, overseer, staff.liaison, staff.sro)}  # fmt: skip
    assert "A transfer waits for you, from Alder High" in first[staff.elsewhere]
    for person in (staff.counselor, staff.administrator):
        assert f"Case {case.number}: the transfer waits for Ellis Elsewhere, Birch Middle" in first[person]
    for person in (overseer, staff.liaison, staff.sro):
        assert "transfer" not in first[person].lower().replace("transfers</a>", "")
    assert transfer.climbs_at > now + DAY
    long_ago = now - timedelta(days=9)
    old = make.case(staff, at=long_ago)
    make.offered(old, staff.counselor, staff.elsewhere, at=long_ago)
    late = signed_in(overseer).get(reverse("home")).content.decode()
    assert "A transfer from Alder High waits for Ellis Elsewhere, who has not answered" in late
    assert old.number not in late
    assert staff.student.full_name not in late
    assert (
        f"Case {old.number}: the transfer waits"
        in signed_in(staff.liaison).get(reverse("home")).content.decode()
    )
    assert page(staff.liaison, "transfers_of_case", old.pk)
    assert page(overseer, "case", old.pk) == ""
