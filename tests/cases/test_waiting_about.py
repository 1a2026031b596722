"""A concern about a student with an open case is told to that case's people; two of one event to their receiver."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from cases.reading.links import waiting_beside
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.models import School
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.make import AT
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.fixture
def carried(staff: make.Staff) -> Case:
    """A case carried by a social worker, who does not receive the school's concerns."""
    case = make.case(staff)
    make.helper(case, staff.counselor, carrier(), Role.SOCIAL_WORKER)
    return case


def carrier() -> User:
    found = User.objects.filter(name="Cam Carrier").first()
    return found or make.user("Cam Carrier", Role.SOCIAL_WORKER, School.objects.get(name="Alder High"))


def told(person: User) -> list[tuple[str, str]]:
    """What the first screen tells somebody of concerns that wait with others: the case, and with whom."""
    with acting_as(person.pk):
        return [(case.number, one.with_whom) for case, one in waiting_for(person, AT).waiting_about]


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_the_people_of_the_case_are_told_that_it_waits_and_with_whom_and_nothing_else(
    staff: make.Staff, carried: Case
) -> None:
    concern = unhurried(make.concern(staff, account="Seen at the motel."))
    assert told(carrier()) == [(carried.number, "Casey Counselor")]
    for path in (reverse("home"), carried.get_absolute_url()):
        text = page(carrier(), path)
        assert "Casey Counselor" in text
        assert "waits" in text
        assert "motel" not in text
        assert str(concern.pk) not in text
    # They may not read it before it is theirs.
    with acting_as(carrier().pk):
        assert not Concern.objects.visible_to(carrier()).filter(pk=concern.pk).exists()
    with pytest.raises(Absent):
        workflow.attach_concern(actor=carrier(), concern=concern, case=carried, reason="Same.", at=AT)
    # Whoever holds it and reads it anyway is not told twice; nor its author, nor those who are on no such case.
    for person in (staff.counselor, staff.social_worker, staff.teacher, staff.elsewhere, staff.sro):
        assert told(person) == [], person.name
    assert "waits with" not in page(staff.teacher, concern.get_absolute_url())
    workflow.attach_concern(actor=staff.counselor, concern=concern, case=carried, reason="Same.", at=AT)
    assert told(carrier()) == []
    with acting_as(carrier().pk):
        assert Concern.objects.visible_to(carrier()).filter(pk=concern.pk).exists()


def test_whoever_it_goes_past_or_who_is_kept_from_the_case_sees_nothing(
    staff: make.Staff, carried: Case
) -> None:
    unhurried(make.concern(staff, implicated=[carrier()]))
    assert told(carrier()) == []
    assert "waits with" not in page(carrier(), carried.get_absolute_url())
    unhurried(make.concern(staff))
    assert len(told(carrier())) == 1
    workflow.exclude_person(actor=staff.counselor, case=carried, person=carrier(), reason="Related.", at=AT)
    assert told(carrier()) == []
    with acting_as(carrier().pk):
        assert ask("SELECT waiting_about(%s)", carried.pk) == [(None,)]


def test_an_officer_and_who_reads_in_an_emergency_are_not_told(staff: make.Staff, carried: Case) -> None:
    make.asked_in(carried, staff.counselor, staff.sro)
    make.opened_in_emergency(carried, staff.counsel)
    unhurried(make.concern(staff))
    for person in (staff.sro, staff.counsel):
        assert told(person) == []
        assert "waits with" not in page(person, carried.get_absolute_url())


def test_two_record_the_same_event_and_only_their_receiver_sees_it(staff: make.Staff) -> None:
    second = make.user("Toni Teacher", Role.REPORTER, staff.school)
    one = unhurried(make.concern(staff))
    two = unhurried(make.concern(staff, author=second, at=AT + timedelta(minutes=5)))
    unnamed = unhurried(make.concern(staff, student=None, student_described="Red jacket."))
    other_day = unhurried(make.concern(staff, student=None, at=AT - timedelta(days=1)))
    with acting_as(staff.counselor.pk):
        seen = Concern.objects.visible_to(staff.counselor).select_related("school")
        beside = {
            concern.pk: {other.pk for other in waiting_beside(seen.get(pk=concern.pk), staff.counselor)}
            for concern in (one, other_day)
        }
    assert beside == {one.pk: {two.pk, unnamed.pk}, other_day.pk: set()}
    assert "the same event" in page(staff.counselor, one.get_absolute_url())
    for author, concern in ((staff.teacher, one), (second, two)):
        assert "the same event" not in page(author, concern.get_absolute_url())
        with acting_as(author.pk):
            assert [row.pk for row in Concern.objects.visible_to(author)].count(concern.pk) == 1
    # Both stay, each with its author.
    case = make.case(staff, about=one)
    workflow.attach_concern(actor=staff.counselor, concern=two, case=case, reason="The same car.", at=AT)
    with acting_as(staff.counselor.pk):
        assert Concern.objects.filter(case=case).count() == 2
    for author in (staff.teacher, second):
        with acting_as(author.pk):
            assert Concern.objects.written_by(author).count() >= 1


def test_what_goes_past_a_receiver_is_not_named_beside_another(staff: make.Staff) -> None:
    unhurried(make.concern(staff, implicated=[staff.counselor]))
    one = unhurried(make.concern(staff))
    with acting_as(staff.counselor.pk):
        seen = Concern.objects.visible_to(staff.counselor).select_related("school").get(pk=one.pk)
        assert waiting_beside(seen, staff.counselor) == []
