"""What somebody wrote stays theirs, also when what others wrote goes past them."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from cases.reading.readers import who_opened
from csec.accounts.models import User
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

ORDERS = pytest.mark.parametrize("theirs_first", [True, False], ids=["theirs first", "theirs second"])


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def implicated(staff: make.Staff, *, theirs_first: bool = True) -> tuple[Concern, Case]:
    """The teacher's own concern, in one case with another that goes past the teacher."""
    theirs = make.concern(staff)
    about_them = make.concern(staff, author=staff.administrator, implicated=[staff.teacher])
    first, second = (theirs, about_them) if theirs_first else (about_them, theirs)
    case = make.case(staff, about=first)
    workflow.attach_concern(actor=staff.counselor, concern=second, case=case, reason="Same.", at=AT)
    return theirs, case


@ORDERS
def test_the_author_reads_received_and_their_own_words_as_before(theirs_first: bool) -> None:
    staff = make.Staff()
    theirs, _ = implicated(staff, theirs_first=theirs_first)
    alone = make.concern(staff)
    read, undisturbed = page(staff.teacher, theirs.get_absolute_url()), alone.get_absolute_url()
    assert "Picked up by a car of strangers" in read
    assert read.count("Received") == page(staff.teacher, undisturbed).count("Received") > 0
    assert theirs.get_absolute_url() in page(staff.teacher, reverse("cases:concerns"))


@ORDERS
def test_what_they_add_is_taken_and_asked_about(theirs_first: bool) -> None:
    staff = make.Staff()
    theirs, case = implicated(staff, theirs_first=theirs_first)
    with acting_as(staff.teacher.pk):
        mine = Concern.objects.visible_to(staff.teacher).get(pk=theirs.pk)
    workflow.supplement_concern(actor=staff.teacher, concern=mine, account="A man waits.", at=AT)
    assert "A man waits." in page(staff.counselor, theirs.get_absolute_url())
    with acting_as(staff.teacher.pk):
        assert not Case.objects.filter(pk=case.pk).exists()
        assert [one.pk for one in Concern.objects.all()] == [theirs.pk]


def test_a_receiver_past_whom_it_goes_keeps_their_words_and_holds_nothing() -> None:
    staff = make.Staff()
    theirs = make.concern(staff, author=staff.counselor)
    case = make.case(staff, about=theirs)
    workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="C.", at=AT
    )
    about_them = make.concern(staff, implicated=[staff.counselor])
    workflow.attach_concern(actor=staff.social_worker, concern=about_them, case=case, reason="Same.", at=AT)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    read = page(staff.counselor, theirs.get_absolute_url())
    assert "Picked up by a car of strangers" in read
    assert "Open a case" not in read
    with acting_as(staff.counselor.pk):
        mine = Concern.objects.visible_to(staff.counselor).get(pk=theirs.pk)
        assert not Concern.objects.visible_to(staff.counselor).held_by(staff.counselor).exists()
    for verb in (workflow.close_concern, workflow.accept_concern):
        more = {"reason": "Nothing."} if verb is workflow.close_concern else {}
        with pytest.raises((NotPermitted, Absent)):
            verb(actor=staff.counselor, concern=mine, at=AT, **more)


def test_whoever_read_only_the_concern_is_among_those_who_saw_it_and_its_author_is_not() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    for person in (staff.social_worker, staff.teacher):
        page(person, concern.get_absolute_url())
    case = make.case(staff, about=concern)
    with acting_as(staff.counselor.pk):
        assert who_opened(case) == ["Sam Socialworker"]
