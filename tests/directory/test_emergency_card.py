"""The emergency card: right numbers, for anybody, in every weather."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from csec.directory import card as cards
from csec.directory.models import Agency, District
from csec.directory.tasks import snapshot_emergency_card

AT = datetime(2026, 11, 20, 22, 50, tzinfo=UTC)
ADDRESS = "/emergency/"

# Another process, as a gunicorn worker is, whose PostgreSQL does not answer; the browser still has its session.
WITHOUT_DATABASE = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
client = Client()
client.cookies[settings.SESSION_COOKIE_NAME] = "a-session-from-before"
answer = client.get("/emergency/")
print(answer.status_code)
print(answer.content.decode())
"""


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.CSEC_VAR = tmp_path
    return tmp_path


def district_with_numbers() -> None:
    District.objects.create(name="Redwood District", emergency_number="9-911", dispatch_number="555-0100")
    Agency.objects.create(
        kind="child_welfare",
        name="County Child Welfare",
        telephone="800-555-0101",
        other_contact="Fax 555-0102",
        verified_on=date(2026, 9, 3),
        position=1,
    )
    Agency.objects.create(
        kind="hotline",
        name="District hotline",
        telephone="555-0103 ext. 7",
        verified_on=date(2026, 9, 4),
        position=2,
    )


def without_database(var: Path) -> str:
    """The page as a process gives it whose database is gone."""
    dead = "postgres://nobody:nothing@127.0.0.1:1/gone"
    names = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_WORKER_URL", "DATABASE_AUDIT_URL")
    env = {
        **os.environ,
        **dict.fromkeys(names, dead),
        "CSEC_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "csec.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DATABASE], env=env, capture_output=True, text=True, check=True
    )
    status, page = done.stdout.split("\n", 1)
    assert status == "200"
    return page


@pytest.mark.django_db
def test_the_districts_numbers_stand_on_the_card_and_the_emergency_number_stands_first(
    client: Client,
) -> None:
    district_with_numbers()
    page = client.get(ADDRESS).content.decode()
    order = ["9-911", "800-555-0101", "555-0100", "555-0103 ext. 7"]
    assert [page.index(number) for number in order] == sorted(page.index(number) for number in order)
    assert 'href="tel:9911"' in page
    assert 'href="tel:5550103,7"' in page
    assert "Sept. 3, 2026" in page
    assert "Fax 555-0102" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "warned"), [(180, False), (181, True)])
def test_a_number_that_nobody_made_sure_of_for_half_a_year_says_so(
    client: Client, days: int, warned: bool
) -> None:
    district_with_numbers()
    checked = timezone.localdate() - timedelta(days=days)
    Agency.objects.filter(kind="hotline").update(verified_on=checked)
    Agency.objects.filter(kind="child_welfare").update(verified_on=timezone.localdate())
    page = client.get(ADDRESS).content.decode()
    assert page.count("it may be wrong") == warned


@pytest.mark.django_db
def test_anybody_may_open_the_card_and_no_cookie_is_set(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "<title>Emergency card · Lantern</title>" in answer.content.decode()


@pytest.mark.django_db
def test_the_card_says_what_not_to_do(client: Client) -> None:
    page = client.get(ADDRESS).content.decode()
    for rule in (
        "Do not question the student.",
        "Never view, copy, forward or delete images",
        "Do not promise secrecy.",
    ):
        assert rule in page


@pytest.mark.django_db
def test_before_there_is_a_district_the_card_shows_national_numbers(client: Client) -> None:
    page = client.get(ADDRESS).content.decode()
    assert "1-888-373-7888" in page
    assert "233733" in page
    assert 'href="tel:911"' in page


@pytest.mark.django_db
def test_a_district_without_a_hotline_of_its_own_shows_the_national_one() -> None:
    District.objects.create(name="Redwood District")
    assert [number.telephone for number in cards.card().hotlines] == ["1-888-373-7888"]


@pytest.mark.django_db
def test_without_the_database_the_last_copy_is_shown_with_its_date(var: Path) -> None:
    district_with_numbers()
    cards.write_snapshot(at=AT)
    page = without_database(var)
    assert "800-555-0101" in page
    assert "its numbers as of Nov. 20, 2026" in page


def test_without_the_database_and_without_a_copy_national_numbers_are_shown(var: Path) -> None:
    page = without_database(var)
    assert "1-888-373-7888" in page
    assert "own numbers are not available here" in page


@pytest.mark.parametrize(
    "damage", ["", "{", '{"emergency_number": 911}', "\x00\x00", '{"agencies": [], "x": 1}']
)
def test_a_damaged_copy_counts_as_none(var: Path, damage: str) -> None:
    cards.snapshot_file().write_text(damage)
    assert cards.from_snapshot() is None


@pytest.mark.django_db
def test_the_copy_holds_what_the_database_holds(var: Path) -> None:
    district_with_numbers()
    assert cards.write_snapshot(at=AT) == var / "emergency-card.json"
    copy, original = cards.from_snapshot(), cards.from_database()
    assert copy is not None
    assert original is not None
    assert (copy.agencies, copy.emergency_number) == (original.agencies, original.emergency_number)
    assert (copy.as_of, copy.origin) == (date(2026, 11, 20), cards.Origin.SNAPSHOT)


@pytest.mark.django_db
def test_a_copy_that_cannot_be_written_leaves_nothing_half_written_behind(var: Path) -> None:
    district_with_numbers()
    (var / "emergency-card.json").mkdir()
    with pytest.raises(OSError, match="emergency-card"):
        cards.write_snapshot(at=AT)
    assert [entry.name for entry in var.iterdir()] == ["emergency-card.json"]


@pytest.mark.django_db
def test_no_copy_is_made_before_there_is_a_district(var: Path) -> None:
    assert cards.write_snapshot(at=AT) is None
    assert not list(var.iterdir())


@pytest.mark.django_db
def test_the_command_and_the_task_write_the_copy(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    district_with_numbers()
    call_command("snapshot_emergency_card")
    assert capsys.readouterr().out.strip() == str(var / "emergency-card.json")
    cards.snapshot_file().unlink()
    snapshot_emergency_card()
    assert cards.from_snapshot() is not None


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("1-888-373-7888", "18883737888"),
        ("(858) 555-2191 / 800-555-6000", "8585552191"),
        ("+1 619 555 0100", "+16195550100"),
        ("555-0103 ext. 7", "5550103,7"),
        ("555-0103 x12", "5550103,12"),
        ("911", "911"),
        ("", ""),
    ],
)
def test_what_people_write_around_a_number_is_not_dialled(written: str, dialled: str) -> None:
    assert cards.dial(written) == dialled


@pytest.mark.django_db
def test_the_card_asks_the_database_twice(client: Client, django_assert_num_queries: object) -> None:
    district_with_numbers()
    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get(ADDRESS)
