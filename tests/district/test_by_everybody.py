"""Every verb on the staff and the district by everybody: to whom it is refused, and to whom nothing is there."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import transaction

from cases.workflow import Conflict, Invalid
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Closure
from csec.errors import Absent, NotPermitted
from district.workflow import VERBS
from tests import make

pytestmark = pytest.mark.django_db

PEOPLE = ("teacher", "counselor", "sro", "administrator", "liaison", "counsel", "elsewhere", "overseer")
KEEPERS = {"administrator", "liaison"}
Given = dict[str, Any]


class Scene:
    """Two schools with their administrators, and somebody of the first one whom it is about."""

    def __init__(self) -> None:
        self.at = database_now()
        self.today = self.at.date()
        make.district()
        self.staff = staff = make.Staff()
        self.overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
        self.second = make.user("Adam Administrator", Role.ADMINISTRATOR, staff.school)
        self.closure = Closure.objects.create(
            school=staff.school, name="Storm", first_day=self.today, last_day=self.today
        )
        self.agency = Agency.objects.create(
            kind="other", name="Shelter", telephone="555-0104", verified_on=self.today
        )

        self.twin = make.student(staff.school, "Averie", "Brook")
        once, twice = (make.student(staff.school, "Robin", name) for name in ("Reed", "Read"))
        self.merge = make.merged(staff.administrator, once, twice, at=self.at)
        self.newcomer = {"given_name": "Kai", "family_name": "Lake", "birth_date": None, "local_id": ""}

    def person(self, who: str) -> User:
        found: User = self.overseer if who == "overseer" else getattr(self.staff, who)
        return found

    def role_of(self, person: User) -> Any:
        return person.memberships.get()

    def role(self, name: str) -> Given:
        return {"role": name, "school": self.staff.school, "first_day": self.today}

    @property
    def invitation(self) -> Given:
        return {
            "name": "Nia New",
            "email": "nia.new@example.org",
            "role": "reporter",
            "school": self.staff.school,
        }

    @property
    def address(self) -> Given:
        return {"kind": "other", "name": "Clinic", "telephone": "555-0123", "other_contact": "", "note": ""}

    @property
    def settings(self) -> Given:
        texts = {"name": "Redwood", "emergency_number": "911", "dispatch_number": "", "website_name": ""}
        hours = {
            "climbs_after_minutes": 60,
            "offer_again_days": 30,
            "referral_look_days": 14,
            "transfer_answered_in_days": 3,
            "sro_asked_in_days": 1,
            "campus_looked_at_in_days": None,
            "review_days": 30,
            "report_prompt_hours": 12,
            "quiet_from": time(20),
            "quiet_until": time(7),
        }
        return texts | hours


#: verb: (to whom it is open, what becomes of the others, with what). About the social worker of the first school.
BY_EVERYBODY: dict[str, tuple[set[str], str, Callable[[Scene], Given]]] = {
    "invite_person": (KEEPERS, "NotPermitted", lambda s: s.invitation),
    "invite_again": (KEEPERS, "Absent", lambda s: {"person": s.staff.social_worker}),
    "give_role": (KEEPERS, "Absent", lambda s: {"person": s.staff.social_worker, **s.role("counselor")}),
    "change_role": (KEEPERS, "Absent", lambda s: {"membership": s.role_of(s.staff.social_worker)}),
    "end_role": (
        KEEPERS,
        "Absent",
        lambda s: {"membership": s.role_of(s.staff.social_worker), "last_day": s.today + timedelta(days=1)},
    ),
    "record_agreement": (
        KEEPERS,
        "Absent",
        lambda s: {"membership": s.role_of(s.staff.sro), "agreed_on": s.today - timedelta(days=2)},
    ),
    "close_account": (KEEPERS, "Absent", lambda s: {"person": s.staff.social_worker}),
    "change_district": ({"liaison"}, "NotPermitted", lambda s: s.settings),
    "add_school": (
        {"liaison"},
        "NotPermitted",
        lambda s: {"name": "Cedar High", "time_zone": "America/Denver"},
    ),
    "change_school": (
        {"liaison"},
        "NotPermitted",
        lambda s: {"school": s.staff.school, "name": "Cedar High", "time_zone": "America/Denver"},
    ),
    "add_closure": (
        KEEPERS,
        "NotPermitted",
        lambda s: {"school": s.staff.school, "name": "Snow", "first_day": s.today, "last_day": s.today},
    ),
    "remove_closure": (KEEPERS, "NotPermitted", lambda s: {"closure": s.closure}),
    "add_agency": ({"liaison"}, "NotPermitted", lambda s: {**s.address, "verified": True}),
    "change_agency": (
        {"liaison"},
        "NotPermitted",
        lambda s: {"agency": s.agency, **s.address, "verified": True},
    ),
    "remove_agency": ({"liaison"}, "NotPermitted", lambda s: {"agency": s.agency}),
    "add_student": (KEEPERS, "NotPermitted", lambda s: {"school": s.staff.school, **s.newcomer}),
    "merge_students": (KEEPERS, "Absent", lambda s: {"kept": s.staff.student, "alias": s.twin}),
    "unmerge_students": (KEEPERS, "Absent", lambda s: {"merge": s.merge}),
}
#: What an administrator who sees somebody does not do: that is the liaison's, or of another administrator.
NOT_FOR_AN_ADMINISTRATOR: dict[str, Callable[[Scene], Given]] = {
    "change_person": lambda s: {"person": s.staff.teacher, "name": "Terry", "email": "terry@example.org"},
    "reopen_account": lambda s: {"person": s.staff.teacher},
    "give_role": lambda s: {"person": s.staff.teacher, **s.role("administrator")},
    "change_role": lambda s: {"membership": s.role_of(s.second)},
    "end_role": lambda s: {"membership": s.role_of(s.second), "last_day": s.today},
    "close_account": lambda s: {"person": s.second},
    "record_agreement": lambda s: {"membership": s.role_of(s.staff.teacher), "agreed_on": s.today},
    "add_closure": lambda s: {"school": None, "name": "Snow", "first_day": s.today, "last_day": s.today},
    "add_student": lambda s: {"school": s.staff.other_school, **s.newcomer},
}
#: What nobody does to themselves.
NOT_TO_ONESELF: dict[str, Callable[[Scene, User], Given]] = {
    "invite_again": lambda _s, actor: {"person": actor},
    "give_role": lambda s, actor: {"person": actor, **s.role("counselor")},
    "change_role": lambda s, actor: {"membership": s.role_of(actor)},
    "end_role": lambda s, actor: {"membership": s.role_of(actor), "last_day": s.today},
    "close_account": lambda _s, actor: {"person": actor},
    "reopen_account": lambda _s, actor: {"person": actor},
    "change_person": lambda _s, actor: {"person": actor, "name": "Other", "email": "other@example.org"},
}


def test_every_verb_stands_here() -> None:
    assert {*BY_EVERYBODY, *NOT_FOR_AN_ADMINISTRATOR} == set(VERBS)


def happens(verb: str, scene: Scene, actor: User, given: Given) -> str:
    """Try it, and take it back; "done" is also that something has to be typed again."""
    try:
        with transaction.atomic():
            VERBS[verb].run(actor=actor, at=scene.at, **given)
            transaction.set_rollback(True)
    except (Conflict, Invalid):
        return "done"
    except (Absent, NotPermitted) as refusal:
        return type(refusal).__name__
    return "done"


def test_each_verb_by_everybody() -> None:
    scene = Scene()
    for verb, (may, refusal, given) in BY_EVERYBODY.items():
        told = {who: happens(verb, scene, scene.person(who), given(scene)) for who in PEOPLE}
        assert told == {who: "done" if who in may else refusal for who in PEOPLE}, verb


def test_what_is_not_an_administrators() -> None:
    scene = Scene()
    for verb, given in NOT_FOR_AN_ADMINISTRATOR.items():
        assert happens(verb, scene, scene.staff.administrator, given(scene)) == "NotPermitted", verb


def test_nobody_keeps_themselves() -> None:
    scene = Scene()
    for verb, given in NOT_TO_ONESELF.items():
        for actor in (scene.staff.administrator, scene.staff.liaison):
            assert happens(verb, scene, actor, given(scene, actor)) == "NotPermitted", (verb, actor.name)
