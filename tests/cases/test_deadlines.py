"""A deadline counts the school days that there were, also those before the case was opened."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from csec.directory.models import Closure, District
from protocols.loader import load
from tests import make
from tests.conftest import LOADED_AT
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = Path(__file__).parent.parent / "protocols" / "other.toml"


def test_school_days_from_when_it_was_known_pass_over_a_closure_before_the_opening(tmp_path: Path) -> None:
    hours, days = '{ hours = 24, after = "known" }', '{ school_days = 2, after = "known" }'
    (tmp_path / "other.toml").write_text(OTHER.read_text().replace(hours, days))
    load(tmp_path, at=LOADED_AT)
    staff = make.Staff()
    # Known on Wednesday, opened on Friday; Thursday was without school.
    Closure.objects.create(
        school=staff.school, name="Storm", first_day=date(2026, 11, 19), last_day=date(2026, 11, 19)
    )
    case = make.case(staff, about=make.concern(staff, first_known_at=AT - timedelta(days=2)))
    due = make.part(case, staff.counselor, "y_tell").due_at
    assert due is not None
    assert due.astimezone(staff.school.zone).isoformat(timespec="minutes") == "2026-11-23T16:00-08:00"


def test_the_districts_own_days_run_from_where_the_definition_says(tmp_path: Path) -> None:
    opened, known = "due = { hours = 2 }", 'due = { hours = 2, after = "known" }'
    (tmp_path / "other.toml").write_text(OTHER.read_text().replace(opened, known))
    load(tmp_path, at=LOADED_AT)
    make.district()
    District.objects.update(sro_asked_in_days=3)
    staff = make.Staff()
    # Known on Wednesday, opened on Friday.
    about = make.concern(staff, first_known_at=AT - timedelta(days=2))
    case = make.case(staff, "suspected_recruiter", about=about)
    due = make.part(case, staff.counselor, "x_ask").due_at
    assert due is not None
    assert due.astimezone(staff.school.zone).isoformat(timespec="minutes") == "2026-11-23T16:00-08:00"
