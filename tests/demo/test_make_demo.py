"""The invented district: made whole by the verbs, once, and looking alive on whatever day it is made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.models import (
    Case,
    Concern,
    Decision,
    Entry,
    SroRequest,
    TrackRun,
)
from csec.accounts.models import Membership, User
from csec.audit.models import Event
from csec.demo.calendar import SchoolClock
from csec.demo.making import ZONE, make_demo
from csec.demo.stories import STORIES
from csec.directory.models import Agency, District, School, Student
from tests import nobody_acts

#: A Tuesday afternoon in a week without school days off, in California.
NOW = datetime(2026, 10, 20, 22, 0, tzinfo=UTC)
THOROUGH = pytest.mark.thorough


def say_again(capsys: Any) -> str:
    call_command("make_demo")
    return str(capsys.readouterr().out)


@pytest.mark.django_db(transaction=True)
def test_it_is_made_by_the_verbs_alone_in_all_three_tracks_and_a_second_run_changes_nothing(
    capsys: Any,
) -> None:
    with nobody_acts.refused():
        assert "stories were told" in say_again(capsys)
    cases = set(Case.objects.using("owner").values_list("pk", flat=True))
    opened = Event.objects.using("owner").filter(verb="case_opened", result="done")
    assert cases == set(opened.values_list("case", flat=True))
    concerns = set(Concern.objects.using("owner").values_list("pk", flat=True))
    logged = Event.objects.using("owner").filter(verb="concern_logged", result="done")
    # That of a student who was targeted is recorded by a verb of its own.
    targeted = Event.objects.using("owner").filter(verb="targeted_case_opened", result="done").count()
    assert len(concerns - set(logged.values_list("subject", flat=True))) == targeted == 1
    check_what_happened()

    def count() -> list[int]:
        rows = (User, Membership, School, Student, Agency, District, Case, Concern, Entry, Event)
        return [model.objects.using("owner").count() for model in rows]

    before = count()
    assert "nothing changed" in say_again(capsys)
    assert count() == before


def check_what_happened() -> None:
    """All three tracks, a case that was closed, one that was reclassified, and each answer of an officer."""
    owner = "owner"
    runs = TrackRun.objects.using(owner)
    assert set(runs.filter(ended_at__isnull=True).values_list("track", flat=True)) == {
        "suspected_recruiter",
        "suspected_victim",
        "confirmed_victim",
    }
    assert runs.filter(after__track="suspected_victim", track="confirmed_victim").count() == 1
    assert Case.objects.using(owner).filter(status="closed").count() == 1
    assert Decision.objects.using(owner).filter(kind="reclassified").count() == 1
    assert set(SroRequest.objects.using(owner).values_list("answer", flat=True)) == {
        "",
        "accepted",
        "declined",
    }
    entries = Entry.objects.using(owner)
    assert entries.filter(corrects__isnull=False, outcome="done", part__kind="impact").count() == 1
    assert entries.filter(outcome="declined", part__kind="referral").exists()
    concerns = Concern.objects.using(owner)
    assert concerns.filter(status="received", accepted_at__isnull=True, student__isnull=False).exists()
    assert concerns.filter(status="received", accepted_at__isnull=False).exists()
    assert concerns.filter(student__isnull=True).count() == 1
    assert concerns.filter(status="closed").count() == 1
    assert concerns.filter(exclusions__isnull=False).count() == 1
    assert [case.concerns.count() for case in Case.objects.using(owner) if case.concerns.count() > 1] == [
        2,
        2,
    ]


@pytest.mark.parametrize("hour", range(24))
def test_what_is_fresh_happened_by_day_and_leaves_time_for_the_report(hour: int) -> None:
    now = NOW.replace(hour=hour)
    fresh = SchoolClock.around(now, ZONE).lately(minutes=185)
    assert now - timedelta(hours=24) < fresh < now
    assert 7 < fresh.astimezone(ZONE).hour < 17


@pytest.mark.django_db
@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 3, 8, 10, 30, tzinfo=UTC), id="the clocks go forward", marks=THOROUGH),
        pytest.param(datetime(2025, 7, 26, 20, 0, tzinfo=UTC), id="a Saturday in summer", marks=THOROUGH),
        pytest.param(datetime(2026, 1, 1, 8, 30, tzinfo=UTC), id="New Year's night", marks=THOROUGH),
        pytest.param(datetime(2024, 2, 29, 15, 0, tzinfo=UTC), id="a leap day's morning", marks=THOROUGH),
        pytest.param(datetime(2025, 11, 27, 18, 0, tzinfo=UTC), id="Thanksgiving", marks=THOROUGH),
    ],
)
def test_every_story_can_be_told_on_any_day(now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr("csec.demo.people.IN_ROLE_FOR", timedelta(days=1000))
    made = make_demo(now=now)
    assert made.left_out == []
    assert made.told == len(STORIES)


def test_production_refuses_the_command(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production refuses"):
        call_command("make_demo")
