"""What `cases_carried` counts, and for whom: a number that is told past row-level security."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

THE_COUNSELOR = "WHERE case_id = %(case)s AND person_id = %(counselor)s"
OF_THE_COUNSELOR = f"UPDATE cases_caseperson SET {{}} {THE_COUNSELOR}"  # noqa: S608
KEPT = (
    "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, until, excluded)"
    " VALUES (gen_random_uuid(), %({case})s, %({who})s, 'reporter', now() - interval '1 hour', {until}, true)"
)
ON_IT = (
    "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)"
    " VALUES (gen_random_uuid(), %(case)s, %({who})s, '{who}', now() - interval '1 hour', false)"
)
IN_A_MINUTE, A_MINUTE_AGO = "now() + interval '1 minute'", "now() - interval '1 minute'"

#: What is so of the counselor's case, who asks, of whom, in which role, at which school: and how many there are.
ASKED = [
    ("", "liaison", "counselor", None, None, 1),
    ("", "administrator", "counselor", None, None, 1),
    # Whose business it is not.
    ("", "counselor", "counselor", None, None, 0),
    ("", "counsel", "counselor", None, None, 0),
    ("", "teacher", "counselor", None, None, 0),
    ("", "administrator_elsewhere", "counselor", None, None, 0),
    # Of somebody else, in one role, at one school.
    ("", "liaison", "social_worker", None, None, 0),
    ("", "liaison", "counselor", "counselor", "school", 1),
    ("", "liaison", "counselor", "social_worker", None, 0),
    ("", "liaison", "counselor", None, "other_school", 0),
    # Only whoever is on it now, of one that is open.
    (OF_THE_COUNSELOR.format(f"until = {A_MINUTE_AGO}"), "liaison", "counselor", None, None, 0),
    (OF_THE_COUNSELOR.format(f"until = {IN_A_MINUTE}"), "liaison", "counselor", None, None, 1),
    (ON_IT.format(who="social_worker"), "liaison", "social_worker", None, None, 1),
    (
        ON_IT.format(who="social_worker").replace("now() - interval '1 hour'", IN_A_MINUTE),
        "liaison",
        "social_worker",
        None,
        None,
        0,
    ),
    (KEPT.format(case="case", who="social_worker", until="NULL"), "liaison", "social_worker", None, None, 0),
    ("UPDATE cases_case SET status = 'closed' WHERE id = %(case)s", "liaison", "counselor", None, None, 0),
    # Of one that is kept from whoever asks nothing is told, as long as it is.
    (KEPT.format(case="case", who="liaison", until="NULL"), "liaison", "counselor", None, None, 0),
    (KEPT.format(case="case", who="liaison", until=IN_A_MINUTE), "liaison", "counselor", None, None, 0),
    (KEPT.format(case="case", who="liaison", until=A_MINUTE_AGO), "liaison", "counselor", None, None, 1),
    (KEPT.format(case="another", who="liaison", until="NULL"), "liaison", "counselor", None, None, 1),
    (KEPT.format(case="case", who="teacher", until="NULL"), "liaison", "counselor", None, None, 1),
    (ON_IT.format(who="liaison"), "liaison", "counselor", None, None, 1),
]


def test_it_counts_the_open_cases_that_somebody_carries_now_for_those_who_keep_staff() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now() - timedelta(hours=2))
    another = make.case(staff, at=database_now() - timedelta(hours=2))
    ids: dict[str, Any] = {name: one.pk for name, one in vars(staff).items()}
    ids |= {"case": case.pk, "another": another.pk}
    ids["administrator_elsewhere"] = make.user("Bea", "administrator", staff.other_school).pk
    # In the other case nobody is asked for, but it may be kept from somebody.
    with acting_as(staff.administrator.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_caseperson SET until = now() WHERE case_id = %s", [another.pk])
    for given, who, of, role, school, count in ASKED:
        words = (given, who, of, role, school)
        with transaction.atomic():
            if given:
                with acting_as(staff.administrator.pk), connection.cursor() as cursor:
                    cursor.execute(given, ids)
                    assert cursor.rowcount == 1, words
            assert carried(ids[who], ids[of], role, ids[school] if school else None) == count, words
            transaction.set_rollback(True)


def carried(asking: Any, *asked: Any) -> int:
    with acting_as(asking), connection.cursor() as cursor:
        cursor.execute("SELECT cases_carried(%s, %s, %s)", asked)
        return int(cursor.fetchone()[0])
