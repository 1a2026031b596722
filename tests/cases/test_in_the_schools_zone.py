"""On a page over several schools each moment is written in the zone of its school, whatever the process is set to."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Concern
from cases.reading.when import moment
from csec.accounts.models import User
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.directory.models import School
from csec.identity import acting_as
from tests import make
from tests.cases.test_queries import everything_waits
from tests.reviews import reviewed

pytestmark = pytest.mark.django_db(transaction=True)

HONOLULU = "Pacific/Honolulu"
#: Twenty-three hours apart: another time of day, and nearly always another day.
ZONES = [HONOLULU, "Pacific/Apia"]
#: Fri, Nov 20, 2:50 p.m. · Fri, Nov 20 · Nov 20, 2026 · November 20, 2026
WRITTEN = re.compile(
    r"(?:[A-Z][a-z]{2}, )?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?(?:, (?:[\d:]+ )?(?:[ap]\.m\.|[AP]M|noon|midnight))?"
)


def moments(person: User, path: str, zone: str) -> list[str]:
    client = Client()
    client.force_login(person)
    with timezone.override(ZoneInfo(zone)):
        answer = client.get(path)
    assert answer.status_code == 200, path
    return WRITTEN.findall(answer.content.decode().partition("<main")[2])


@pytest.fixture
def staff() -> make.Staff:
    """A school in Honolulu, at which everything waits."""
    staff = make.Staff()
    School.objects.using("owner").filter(pk__in=[staff.school.pk, staff.other_school.pk]).update(
        time_zone=HONOLULU
    )
    for school in (staff.school, staff.other_school):
        school.refresh_from_db()
    everything_waits(staff)
    return staff


def test_the_first_screen_of_each_role(staff: make.Staff) -> None:
    for role in ("counselor", "administrator", "liaison", "counsel", "sro", "teacher", "elsewhere"):
        person = getattr(staff, role)
        read = [moments(person, reverse("home"), zone) for zone in ZONES]
        assert read[0] == read[1], role
        assert read[0] or role == "sro"
    with acting_as(staff.teacher.pk):
        concern = Concern.objects.visible_to(staff.teacher).latest("logged_at")
    written = moment(concern.logged_at, ZoneInfo(HONOLULU))
    assert written in moments(staff.teacher, reverse("home"), "America/Los_Angeles")


def test_the_lists(staff: make.Staff) -> None:
    now = database_now()
    with acting_as(staff.administrator.pk):
        case = (
            Case.objects.visible_to(staff.administrator).select_related("school", "key").earliest("opened_at")
        )
    reviewed(case, staff.administrator, at=now)
    Message.objects.using("owner").create(
        kind="break",
        subject=case.pk,
        case_id=case.pk,
        due=now,
        recipient=staff.counselor,
        level=0,
        send_after=now,
        next_try_at=now,
        created_at=now,
        sent_at=now,
        state="sent",
    )
    lists = {
        "cases:cases": ("counselor", "administrator", "liaison"),
        "cases:all_schools": ("liaison",),
        "cases:cases_to_review": ("administrator", "liaison"),
        "cases:concerns": ("counselor", "teacher"),
        "cases:records_requests": ("counsel",),
        "cases:reminders": ("counselor", "administrator"),
    }
    for name, roles in lists.items():
        asked = "?which=all" if name == "cases:cases_to_review" else ""
        for role in roles:
            read = [moments(getattr(staff, role), reverse(name) + asked, zone) for zone in ZONES]
            assert read[0] == read[1], (name, role)
            assert read[0], (name, role)
