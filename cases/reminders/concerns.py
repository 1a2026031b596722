"""What is said of concerns that wait: one that nobody has taken up, and one that was and is not dealt with."""

from typing import Any

from django.db import connection

from cases.reminders.people import EACH_DAY, OF_CONCERN, STAFF, TODAY
from cases.schedule import climbs_at
from csec.directory.models import School

# A concern that nobody has taken: its receiver at once; whoever is not there is passed over for the backup, and both
# for those who answer for the school. When its minutes of school are over it is with all of them.
CONCERNS = f"""
    WITH {STAFF}, open AS (
        SELECT k.id, k.school_id, k.asked_at, k.climbs_at,
            CASE WHEN %(at)s < k.climbs_at THEN 0 ELSE 1 + {EACH_DAY.format(since="k.climbs_at")} END AS level
        FROM cases_concern k
        WHERE k.status = 'received' AND k.accepted_at IS NULL AND k.asked_at IS NOT NULL
    ), people AS ({OF_CONCERN.format(concerns="(SELECT id AS concern_id FROM open)")})
    SELECT o.id AS subject, NULL::uuid AS case_id, o.school_id, o.asked_at AS due, p.person_id AS recipient, o.level
    FROM open o JOIN people p ON p.concern_id = o.id
    WHERE CASE
        WHEN o.level > 0 THEN true
        WHEN p.named = 1 THEN true
        WHEN EXISTS (SELECT FROM people x WHERE x.concern_id = o.id AND x.named = 1 AND x.there) THEN false
        WHEN p.named = 2 THEN true
        ELSE NOT EXISTS (SELECT FROM people x WHERE x.concern_id = o.id AND x.named = 2 AND x.there)
    END
"""
# A concern that somebody took up and did not put into a case or close in time climbs as a late contact does: whoever
# took it up; half an hour later its receiver and backup; then those who answer for the school as well, and all of them
# each weekday. Whoever is not there is passed over at once.
LATE_CONCERNS = f"""
    WITH {STAFF}, open AS (
        SELECT k.id, k.school_id, k.accepted_by_id, k.climbs_at,
            CASE
                WHEN %(at)s >= k.climbs_at + %(to_overseers)s THEN 2 + {EACH_DAY.format(since="k.climbs_at")}
                WHEN %(at)s >= k.climbs_at + %(to_cover)s THEN 1
                ELSE 0
            END AS level
        FROM cases_concern k JOIN directory_school s ON s.id = k.school_id
        WHERE k.status = 'received' AND k.accepted_at IS NOT NULL AND k.climbs_at <= %(at)s
            AND (%(at)s < k.climbs_at + interval '1 day' OR extract(isodow FROM {TODAY}) < 6)
    ), people AS (
        SELECT p.*, p.person_id = k.accepted_by_id AS took_it
        FROM ({OF_CONCERN.format(concerns="(SELECT id AS concern_id FROM open)")}) p JOIN open k ON k.id = p.concern_id
    )
    SELECT o.id AS subject, NULL::uuid AS case_id, o.school_id, o.climbs_at AS due, p.person_id AS recipient, o.level
    FROM open o JOIN people p ON p.concern_id = o.id
    WHERE CASE
        WHEN o.level > 1 THEN true
        WHEN p.took_it THEN o.level = 0
        WHEN o.level = 0 AND EXISTS (
            SELECT FROM people x WHERE x.concern_id = o.id AND x.took_it AND x.there) THEN false
        WHEN p.named < 3 THEN true
        ELSE NOT EXISTS (
            SELECT FROM people x WHERE x.concern_id = o.id AND x.named < 3 AND x.there AND NOT x.took_it)
    END
"""
#: What has gone to those who answer for the school can be opened by them from then on.
CLIMBED = """
UPDATE cases_concern k SET climbed_at = %(at)s
WHERE k.status = 'received' AND k.accepted_at IS NULL AND k.climbed_at IS NULL AND (
    k.climbs_at <= %(at)s OR EXISTS (
        SELECT FROM delivery_message m
        WHERE m.subject = k.id AND m.kind = 'concern' AND m.recipient_id <> k.receiver_id
            AND m.recipient_id IS DISTINCT FROM k.backup_id))
"""
# Whoever took a concern up and does not work there any more, or is kept from it by now, deals with it no more. Whoever
# is merely away comes back: it climbs past them once it is late.
_LEFT = """
    k.status = 'received' AND k.accepted_at IS NOT NULL AND (
        NOT EXISTS (
            SELECT FROM staff f WHERE f.person_id = k.accepted_by_id AND f.school_id = k.school_id
                AND f.role IN ('counselor', 'social_worker', 'administrator', 'liaison'))
        OR EXISTS (
            SELECT FROM cases_concernexclusion e
            WHERE e.concern_id = k.id AND e.person_id = k.accepted_by_id AND e.lifted_at IS NULL))
"""
_LEFT_AT = f"WITH {STAFF} SELECT DISTINCT k.school_id FROM cases_concern k WHERE {_LEFT}"
_ANEW = f"""
    WITH {STAFF}
    UPDATE cases_concern k SET accepted_at = NULL, accepted_by_id = NULL, asked_at = %(at)s, climbs_at = %(climbs)s
    WHERE k.school_id = %(school)s AND {_LEFT}
"""


def ask_anew_of_what_was_left(parameters: dict[str, Any]) -> bool:
    """
    What somebody took up who has left waits as if it had come in now: its other holder is asked, and it climbs.

    Whether there was any.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_AT, parameters)
        schools = School.objects.filter(pk__in=[school for (school,) in cursor.fetchall()])
        for school in schools:
            climbs = climbs_at(school, parameters["at"])
            cursor.execute(_ANEW, {**parameters, "school": school.pk, "climbs": climbs})
    return bool(schools)
