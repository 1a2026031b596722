"""What somebody sees, and has written, and is not theirs to deal with."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cases import workflow
from cases.models import Concern, Entry
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.cases.scenes import ACTS, case_in, happens
from tests.make import AT, SINCE

pytestmark = pytest.mark.django_db

DEALING: dict[str, Callable[[User, Concern], Any]] = {
    "accept": lambda actor, concern: workflow.accept_concern(actor=actor, concern=concern, at=AT),
    "close": lambda actor, concern: workflow.close_concern(
        actor=actor, concern=concern, reason="Mine.", at=AT
    ),
    "open": lambda actor, concern: workflow.open_case(
        actor=actor, concern=concern, track="suspected_victim", reason="Mine.", at=AT
    ),
}


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNSELOR])
@pytest.mark.parametrize("deed", DEALING)
def test_whoever_wrote_a_concern_that_nobody_holds_does_not_deal_with_it(deed: str, role: Role) -> None:
    staff = make.Staff()
    author = make.user("Alex Author", role, staff.school)
    concern = make.concern(staff, author=author)
    for holder in (staff.counselor, staff.social_worker):
        holder.memberships.update(until=date(2026, 11, 1))
    with acting_as(author.pk):
        assert Concern.objects.visible_to(author).get(pk=concern.pk).unheld
    with pytest.raises(NotPermitted):
        DEALING[deed](author, concern)


@pytest.mark.parametrize("deed", DEALING)
def test_a_receiver_who_wrote_it_and_only_reports_by_now_does_not_deal_with_it(deed: str) -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.counselor)
    now = in_the_role(staff.counselor, Role.REPORTER, staff)
    with acting_as(now.pk):
        assert Concern.objects.visible_to(now).get(pk=concern.pk).receiver_id == now.pk
    with pytest.raises(NotPermitted):
        DEALING[deed](now, concern)


def test_an_administrator_who_wrote_it_does_not_put_it_into_a_case_for_its_receiver() -> None:
    staff = make.Staff()
    case, concern = make.case(staff), unhurried(make.concern(staff, author=staff.administrator))
    with pytest.raises(NotPermitted):
        workflow.attach_concern(actor=staff.administrator, concern=concern, case=case, reason="Mine.", at=AT)


def test_somebody_without_any_role_enters_nothing() -> None:
    staff = make.Staff()
    nobody = User.objects.create_user(email="nobody@example.org", name="Nora Nobody")
    for deed in (
        lambda: make.missing(nobody, staff.student),
        lambda: make.records_request(staff, by=nobody),
        lambda: workflow.make_feed(actor=nobody, at=AT),
        lambda: workflow.revoke_feed(actor=nobody, at=AT),
        lambda: workflow.begin_emergency_access(actor=nobody, number="2345-6789", reason="Mine.", at=AT),
    ):
        with pytest.raises(NotPermitted):
            deed()


def in_the_role(person: User, role: Role, staff: make.Staff) -> User:
    """Somebody who has another role at the school by now."""
    person.memberships.update(until=date(2026, 11, 1))
    Membership.objects.create(person=person, school=staff.school, role=role, since=SINCE)
    return User.objects.get(pk=person.pk)


def test_whoever_entered_something_in_another_role_does_not_correct_it_in_this_one() -> None:
    staff = make.Staff()
    case = make.case(staff)
    values = {"areas_checked": ["recruitment"], "impact_found": False}
    entry = make.record(case, staff.administrator, "impact", values=values)
    now = in_the_role(staff.administrator, Role.SOCIAL_WORKER, staff)
    make.helper(case, staff.counselor, now, "social_worker")
    with acting_as(now.pk):
        assert Entry.objects.get(pk=entry.pk).evidence.author_id == now.pk
    with pytest.raises(NotPermitted):
        workflow.correct_entry(
            actor=now, entry=entry, outcome="reopened", happened_at=AT, reason="Mine.", at=AT
        )


#: By the state of the case, what is done there by those on it, and is nothing for counsel.
DONE_IN = {
    "fresh": ("request_sro",),
    "open": (
        *(
            "record_outcome",
            "accept_request",
            "decline_request",
            "reclassify",
            "plan_checkins",
            "record_checkin",
        ),
        *("follow_referral", "note_roster_change", "plan_break", "take_over", "end_alert", "add_contact"),
        *(
            "change_contact",
            "end_contact",
            "set_safety_plan",
            "record_device",
            "suspect_parent",
            "record_custody",
        ),
        *(
            "add_person",
            "remove_person",
            "exclude_person",
            "readmit_person",
            "correct_student",
            "review_case",
        ),
        *("answer_question", "offer_transfer", "note_departure", "void_case"),
    ),
    "ended": ("correct_entry",),
    "accepted": ("report_back",),
    "offered": ("withdraw_transfer",),
    "left": ("acknowledge_transfer",),
}


@pytest.mark.parametrize("state", DONE_IN)
def test_counsel_who_was_put_on_a_case_deals_with_nothing_else_in_it(state: str) -> None:
    scene = case_in(state)
    assert scene.case
    make.on_case_as_counsel(scene.case, scene.staff)
    tried = {verb: happens(ACTS[verb], scene, scene.staff.counsel) for verb in DONE_IN[state]}
    assert tried == dict.fromkeys(DONE_IN[state], "NotPermitted")
