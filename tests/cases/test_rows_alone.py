"""
What PostgreSQL keeps up to date when one row alone is written, whichever verb does it, and if none did.

The verbs write several rows at once, so that one of these hides that another is missing.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from cases.models import Case
from tests import make
from tests.asked import while_it_is
from tests.make import AT, DAY
from tests.matrix.rows import looked_at, write_as_owner

pytestmark = pytest.mark.django_db

LONG_AGO = AT - 20 * DAY


@pytest.fixture(scope="module", autouse=True)
def _written_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


def like(table: str, where: str, *values: Any, **but: Any) -> None:
    """One more row, as one that there is, but for its id and what is named."""
    others = "".join(f", '{name}', %s::text" for name in but)
    write_as_owner(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("  # noqa: S608 - of ours
        f"'id', gen_random_uuid(){others}))).* FROM {table} t WHERE {where} LIMIT 1",
        *(*but.values(), *values),
    )


def late_from(case: Case, staff: make.Staff) -> datetime:
    return make.as_seen(case, staff.counselor).late_from


def test_a_case_is_late_from_when_a_part_of_its_steps_is() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "notify")
    with while_it_is("cases_steppart", f"due_at = '{LONG_AGO}'", "id = %s", part.pk):
        assert late_from(case, staff) == LONG_AGO


def test_and_from_when_one_is_that_was_added() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "notify")
    like("cases_steppart", "id = %s", part.pk, part="one_more", due_at=LONG_AGO)
    assert late_from(case, staff) == LONG_AGO


def test_it_is_late_from_when_a_duty_to_report_is() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.counselor)
    with while_it_is("cases_reportduty", f"due_at = '{LONG_AGO}'", "id = %s", duty.pk):
        assert late_from(case, staff) == LONG_AGO


def test_and_from_when_one_is_that_was_asked_for_anew() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.counselor)
    like("cases_reportduty", "id = %s", duty.pk, number=7, due_at=LONG_AGO)
    assert late_from(case, staff) == LONG_AGO


def test_who_is_on_a_case_can_say_that_no_report_applies_only_where_the_track_that_opens_lets_them() -> None:
    staff = make.Staff()
    case = make.case(staff)
    assert make.duties(staff.counselor)[0].may_opt_out
    part = make.part(case, staff.counselor, "report")
    like("cases_steppart", "id = %s", part.pk, part="one_more", may_opt_out=False)
    assert not make.duties(staff.counselor)[0].may_opt_out
