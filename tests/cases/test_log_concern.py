"""Logging a concern: what is kept of it, and under whose eyes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.forms.intake import LogConcernForm
from cases.models import Concern, ConcernAuthor
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_what_was_seen_is_kept_as_it_was_typed() -> None:
    staff = make.Staff()
    concern = make.concern(
        staff,
        words="“He buys me things.”",
        indicators=["new_clothes"],
        observed="A new phone.",
        source="seen",
    )
    with acting_as(staff.counselor.pk):
        kept = Concern.objects.select_related("key").get(pk=concern.pk)
        assert kept.words() == {
            "account": "Picked up by a car of strangers after school.",
            "words": "“He buys me things.”",
            "student_described": "",
            "indicators": ["new_clothes"],
            "observed": "A new phone.",
        }
    assert (kept.status, kept.source, kept.first_known_at, kept.logged_at) == ("received", "seen", AT, AT)
    assert (kept.accepted_at, kept.case_id, kept.ended_at) == (None, None, None)


def test_who_wrote_it_is_kept_apart_and_the_name_is_not_shown_unless_the_author_says_so() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    with acting_as(staff.teacher.pk):
        author = ConcernAuthor.objects.get(concern=concern)
    assert (author.person, author.name_shown) == (staff.teacher, False)
    named = {field.name for field in Concern._meta.concrete_fields if field.related_model is User}
    assert named == {"receiver", "backup", "accepted_by", "ended_by"}


def test_somebody_without_any_role_logs_none() -> None:
    staff = make.Staff()
    nobody = User.objects.create_user(email="nobody@example.org", name="Nora Nobody")
    with pytest.raises(NotPermitted):
        make.concern(staff, author=nobody)


def test_a_concern_that_names_the_same_person_twice_goes_past_them_once_and_is_not_lost() -> None:
    staff = make.Staff()
    concern = make.concern(staff, implicated=[staff.counselor, staff.counselor])
    assert concern.receiver == staff.social_worker
    with acting_as(staff.social_worker.pk):
        assert concern.exclusions.count() == 1


def test_a_source_that_is_not_offered_is_refused() -> None:
    with invalid("source"):
        make.concern(make.Staff(), source="made_up")


def test_a_year_that_was_mistyped_is_refused() -> None:
    with invalid("first_known_at"):
        make.concern(make.Staff(), first_known_at=datetime(26, 11, 20, 22, 0, tzinfo=UTC))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with invalid("account", "words", "first_known_at"):
        make.concern(make.Staff(), account="", words="\x07", first_known_at=AT.replace(year=2027))


def test_whoever_writes_that_they_are_implicated_themselves_keeps_their_words_and_does_not_hold_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.counselor, implicated=[staff.counselor])
    assert concern.receiver == staff.social_worker
    with acting_as(staff.counselor.pk):
        mine = Concern.objects.visible_to(staff.counselor)
        assert [one.pk for one in mine] == [concern.pk]
        assert not mine.held_by(staff.counselor).exists()


def test_a_student_of_a_school_that_is_not_ones_own_leaves_the_concern_at_ones_own() -> None:
    staff = make.Staff()
    other = make.student(staff.other_school, "Jules", "Marsh")
    client = Client()
    client.force_login(staff.teacher)
    typed = {
        "concern_id": str(uuid4()),
        "account": "Seen.",
        "student": str(other.pk),
        "student_query": "Jules",
        "school": str(staff.school.pk),
        "first_known_at": "2026-11-20T14:40",
    }
    assert client.post(reverse("cases:log_concern"), typed).status_code == 302
    with acting_as(staff.counselor.pk):
        [logged] = Concern.objects.all()
    assert (logged.school, logged.student) == (staff.school, other)


def test_implicated_can_be_whoever_works_there_or_comes_to_any_school_and_nobody_else() -> None:
    staff = make.Staff()
    make.user("Gone Guide", Role.COUNSELOR, staff.school, until=AT.date())
    offered = set(LogConcernForm(author=staff.teacher, at=AT).fields["implicated"].queryset)  # type: ignore[attr-defined]
    here = {staff.counselor, staff.social_worker, staff.administrator}
    assert offered == here | {staff.sro, staff.liaison, staff.counsel}
