"""Real check-ins by the hundred or the thousand, as the owner writes them, and what has to have become of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from csec.delivery.mail import message_id
from csec.delivery.models import Message
from tests.delivery.sink import Sink


class Cursor(Protocol):
    """Django's, or one of psycopg's own."""

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> Sequence[Any]: ...


#: No quiet hours: these tests run at any hour.
ALWAYS_DAY = "UPDATE directory_district SET quiet_from = '23:59:59.999999', quiet_until = '00:00'"

# Three schools in three zones, in each ten counselors, a social worker who covers, and an administrator.
_PEOPLE = """
INSERT INTO directory_district (id, name, emergency_number, dispatch_number, website_name, climbs_after_minutes,
    transfer_answered_in_days, offer_again_days, referral_look_days, quiet_from, quiet_until)
    VALUES (1, 'District', '911', '', '', 30, 2, 30, 14, '23:59:59.999999', '00:00');
INSERT INTO directory_school (id, name, time_zone)
    SELECT gen_random_uuid(), 'School ' || n, (ARRAY['America/Los_Angeles', 'America/Denver', 'America/New_York'])[n]
    FROM generate_series(1, 3) n;
INSERT INTO accounts_user (id, email, name, password, is_active)
    SELECT gen_random_uuid(), 'p' || n || '@example.org', 'P' || n, '!', true FROM generate_series(0, 35) n;
INSERT INTO accounts_membership (id, person_id, school_id, role, since, weekdays)
    SELECT gen_random_uuid(), u.id, s.id,
        CASE n % 12 WHEN 10 THEN 'social_worker' WHEN 11 THEN 'administrator' ELSE 'counselor' END, '2020-01-01',
        ARRAY[]::int[]
    FROM generate_series(0, 35) n JOIN accounts_user u ON u.name = 'P' || n
    JOIN directory_school s ON s.name = 'School ' || (1 + n / 12);
INSERT INTO crypto_datakey (id, scope, master_version, wrapped)
    VALUES (gen_random_uuid(), gen_random_uuid(), 1, '\\x00');
"""
# Each of an open case whose counselor makes it; they come due one after the other. On a weekend they are Friday's, as
# the sweep would move them there.
_CHECK_INS = """
WITH made AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS case_id, gen_random_uuid() AS plan_id, s.id AS school_id, a.id AS person_id,
        b.id AS cover_id, %(first)s::timestamptz + n * %(step)s::interval AS day_at
    FROM generate_series(1, %(count)s) n
    JOIN directory_school s ON s.name = 'School ' || (1 + n %% 3)
    JOIN accounts_user a ON a.name = 'P' || (12 * (n %% 3) + n / 3 %% 10)
    JOIN accounts_user b ON b.name = 'P' || (12 * (n %% 3) + 10)
), cases AS (
    INSERT INTO cases_case (id, number, school_id, protocol_id, key_id, status, track, opened_at,
        late_from, late_from_officer)
    SELECT case_id, 'F' || lpad(n::text, 8, '0'), school_id, (SELECT id FROM protocols_protocolversion LIMIT 1),
        (SELECT id FROM crypto_datakey LIMIT 1), 'open', 'suspected_victim', %(first)s - interval '30 days',
        '9999-01-01', '9999-01-01' FROM made
), people AS (
    INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)
    SELECT gen_random_uuid(), case_id, person_id, 'counselor', %(first)s - interval '30 days', false FROM made
    UNION ALL
    SELECT gen_random_uuid(), case_id, cover_id, 'social_worker', %(first)s - interval '30 days', false FROM made
), plans AS (
    INSERT INTO cases_checkinplan (id, case_id, rhythm, start, person_id, cover_id, set_at, set_by_id)
    SELECT plan_id, case_id, '{"kind": "every_days", "days": 7}', %(first)s::date, person_id, cover_id,
        %(first)s - interval '30 days', person_id FROM made
)
INSERT INTO cases_checkin (id, case_id, plan_id, due_on, before_at, day_at, due_at, state, level, remind_at)
SELECT gen_random_uuid(), case_id, plan_id, day_at::date - greatest(extract(isodow FROM day_at)::int - 5, 0),
    day_at - interval '1 day', day_at,
    day_at + %(until_due)s::interval, 'waiting', 1, day_at FROM made
"""
# To whom a message of each has to come when only the morning of the day was reached.
_EXPECTED = """
SELECT k.id, k.due_at, l.person_id, u.email FROM cases_checkin k JOIN cases_checkinplan l ON l.id = k.plan_id
JOIN accounts_user u ON u.id = l.person_id
"""


def plan_check_ins(
    cursor: Cursor,
    count: int,
    *,
    first: datetime,
    over: timedelta = timedelta(0),
    until_due: timedelta = timedelta(hours=12),
) -> None:
    """So many check-ins whose reminders fall due from `first` on, evenly `over` some time."""
    for statement in _PEOPLE.split(";\n"):
        if statement.strip():
            cursor.execute(statement)
    values: Mapping[str, Any] = {"count": count, "first": first, "step": over / count, "until_due": until_due}
    cursor.execute(_CHECK_INS, values)


def expected(cursor: Cursor) -> set[tuple[str, str]]:
    """The address and the Message-ID that each check-in must have brought, worked out without the outbox."""
    cursor.execute(_EXPECTED)
    return {
        (
            email,
            message_id(Message(subject=id, kind="check_in", due=due, recipient_id=person, level=1)),
        )
        for id, due, person, email in cursor.fetchall()
    }


def surplus(sink: Sink, wanted: set[tuple[str, str]]) -> int:
    """How many copies too many arrived; fails when one is missing, or anything else arrived."""
    copies = Counter(sink.taken)
    assert not wanted - set(copies), "A reminder was lost."
    assert not set(copies) - wanted, "Something arrived that nobody has to get."
    return sum(copies.values()) - len(wanted)
