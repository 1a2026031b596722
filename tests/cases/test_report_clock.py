"""The clock of the report is 36 elapsed hours, on any day of the year, in any zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.workflow.duties import due_after
from csec.directory.models import School
from tests import make

ZONES = {"LA": "America/Los_Angeles", "DEN": "America/Denver", "NY": "America/New_York"}
HOURS_BEHIND = {"PST": 8, "PDT": 7, "MST": 7, "MDT": 6, "EST": 5, "EDT": 4}

#: When somebody learned of it, and by when the written report is due, both on the wall clock of the school: a Friday
#: afternoon and midnight, both changes of the clocks and the hour that comes twice, the end of the year, the leap day.
INSTANTS = """
LA  2026-11-20 14:50 PST -> Sun 2026-11-22 02:50 PST
DEN 2026-11-20 23:59 MST -> Sun 2026-11-22 11:59 MST
NY  2026-11-21 00:00 EST -> Sun 2026-11-22 12:00 EST
LA  2026-03-07 01:59 PST -> Sun 2026-03-08 14:59 PDT
DEN 2026-03-07 13:59 MST -> Mon 2026-03-09 02:59 MDT
NY  2026-03-07 14:00 EST -> Mon 2026-03-09 03:00 EDT
LA  2026-03-07 20:00 PST -> Mon 2026-03-09 09:00 PDT
DEN 2026-03-07 20:00 MST -> Mon 2026-03-09 09:00 MDT
NY  2026-03-07 20:00 EST -> Mon 2026-03-09 09:00 EDT
DEN 2026-03-08 01:59 MST -> Mon 2026-03-09 14:59 MDT
NY  2026-03-08 03:00 EDT -> Mon 2026-03-09 15:00 EDT
LA  2026-10-30 13:00 PDT -> Sun 2026-11-01 01:00 PDT
DEN 2026-10-31 12:59 MDT -> Sun 2026-11-01 23:59 MST
LA  2026-10-31 13:30 PDT -> Mon 2026-11-02 00:30 PST
DEN 2026-10-31 13:30 MDT -> Mon 2026-11-02 00:30 MST
NY  2026-10-31 13:30 EDT -> Mon 2026-11-02 00:30 EST
LA  2026-10-31 14:00 PDT -> Mon 2026-11-02 01:00 PST
LA  2026-10-31 20:00 PDT -> Mon 2026-11-02 07:00 PST
DEN 2026-10-31 20:00 MDT -> Mon 2026-11-02 07:00 MST
NY  2026-10-31 20:00 EDT -> Mon 2026-11-02 07:00 EST
NY  2026-11-01 00:59 EDT -> Mon 2026-11-02 11:59 EST
LA  2026-12-30 18:00 PST -> Fri 2027-01-01 06:00 PST
LA  2026-12-31 11:59 PST -> Fri 2027-01-01 23:59 PST
DEN 2026-12-31 11:59 MST -> Fri 2027-01-01 23:59 MST
NY  2026-12-31 11:59 EST -> Fri 2027-01-01 23:59 EST
NY  2026-12-31 23:59 EST -> Sat 2027-01-02 11:59 EST
LA  2027-12-31 12:00 PST -> Sun 2028-01-02 00:00 PST
DEN 2028-02-27 12:00 MST -> Tue 2028-02-29 00:00 MST
NY  2028-02-28 08:00 EST -> Tue 2028-02-29 20:00 EST
LA  2028-02-28 12:00 PST -> Wed 2028-03-01 00:00 PST
DEN 2028-02-28 12:00 MST -> Wed 2028-03-01 00:00 MST
NY  2028-02-28 12:00 EST -> Wed 2028-03-01 00:00 EST
DEN 2028-02-29 09:30 MST -> Wed 2028-03-01 21:30 MST
NY  2027-02-27 12:00 EST -> Mon 2027-03-01 00:00 EST
LA  2027-02-28 08:00 PST -> Mon 2027-03-01 20:00 PST
LA  2026-11-01 01:30 PDT -> Mon 2026-11-02 12:30 PST
DEN 2026-11-01 01:30 MDT -> Mon 2026-11-02 12:30 MST
NY  2026-11-01 01:30 EDT -> Mon 2026-11-02 12:30 EST
LA  2026-11-01 01:30 PST -> Mon 2026-11-02 13:30 PST
DEN 2026-11-01 01:30 MST -> Mon 2026-11-02 13:30 MST
NY  2026-11-01 01:30 EST -> Mon 2026-11-02 13:30 EST
"""


def instant(words: str) -> datetime:
    """A moment from its wall clock and what that is behind UTC."""
    day, time, behind = words.split()[-3:]
    local = datetime.fromisoformat(f"{day}T{time}:00+00:00")
    return datetime.fromtimestamp(local.timestamp() + HOURS_BEHIND[behind] * 3600, tz=UTC)


LINES = INSTANTS.strip().splitlines()


def test_the_table_is_long_enough_and_knows_each_zone() -> None:
    assert len(LINES) >= 40
    assert {line.split()[0] for line in LINES} == set(ZONES)


@pytest.mark.parametrize("line", LINES)
def test_it_is_due_36_elapsed_hours_after_it_was_learned(line: str) -> None:
    zone, rest = line.split(maxsplit=1)
    learned, due = rest.split(" -> ")
    at_school = ZoneInfo(ZONES[zone])
    school = School(name="School", time_zone=ZONES[zone])
    found = due_after(None, instant(learned).astimezone(at_school), school)
    assert found == instant(due)
    assert found.astimezone(at_school).strftime("%a %Y-%m-%d %H:%M %Z") == due
    assert (found - instant(learned)).total_seconds() == 36 * 3600


@pytest.mark.django_db
def test_a_duty_runs_from_when_its_person_first_knew_not_from_when_it_was_written_down() -> None:
    staff = make.Staff()
    learned = instant("2026-03-07 20:00 PST")
    make.concern(staff, first_known_at=learned, at=instant("2026-03-08 09:00 PDT"))
    [duty] = make.duties(staff.teacher)
    assert (duty.learned_at, duty.due_at) == (learned, instant("2026-03-09 09:00 PDT"))
