"""
The list of all schools can be sorted by age, says for which role the next part waits, and which transfer waits.

Each order walks an index of its own from where a page begins, so that the last page costs what the first one does. The
role is said of a case that is open to its reader, and of no other: with which role a track begins, and which it asks at
all, says which track it is. And a transfer is listed from when it is offered: that one was decided would say how a step ended.
"""

from django.db import migrations

# Where a case stands in the list, by its order; nothing of what is kept from its reader.
PLACE = """
DROP FUNCTION place_in_district(uuid);
CREATE FUNCTION place_in_district(which uuid, ordered text DEFAULT 'late') RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE ordered WHEN 'late' THEN c.late_from ELSE c.opened_at END FROM cases_case c
    WHERE c.id = which AND c.status = 'open' AND (SELECT is_liaison()) AND NOT kept_away(c.id)
    $$;
REVOKE EXECUTE ON FUNCTION place_in_district(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_in_district(uuid, text) TO csec_app;
"""


def _in_order(ordered: str, by: str, *, newest: bool = False) -> str:
    """A page in one order; nothing is read for it when another was asked for."""
    way, beyond, far = ("DESC", "<", "infinity") if newest else ("ASC", ">", "-infinity")
    end = "ffffffff-ffff-ffff-ffff-ffffffffffff" if newest else "00000000-0000-0000-0000-000000000000"
    return f"""
        (SELECT c.id, c.number, c.school_id, s.name AS school, s.time_zone, c.opened_at, c.{by} AS placed
        FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        WHERE ordered = '{ordered}'
            AND c.status = 'open' AND s.drill_id IS NOT DISTINCT FROM (SELECT acting_drill())
            AND (c.{by}, c.id) {beyond} (
                coalesce((SELECT place_in_district(past, ordered)), '{far}'), coalesce(past, '{end}'))
            AND (of_school IS NULL OR c.school_id = of_school)
            AND (NOT only_late OR c.late_from < statement_timestamp())
            AND (NOT only_moving OR c.id IN (SELECT t.case_id FROM cases_transfer t WHERE t.state = 'open'))
            AND NOT kept_away(c.id)
        ORDER BY c.{by} {way}, c.id {way} LIMIT most)"""  # noqa: S608


_ORDERS = " UNION ALL".join(
    (
        _in_order("late", "late_from"),
        _in_order("oldest", "opened_at"),
        _in_order("newest", "opened_at", newest=True),
    )
)
_WHEN = "part_late_from(t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, o.time_zone)"
LIST = f"""
DROP FUNCTION cases_of_district(uuid, boolean, uuid, int);
CREATE FUNCTION cases_of_district(
    of_school uuid, only_late boolean, past uuid, most int, ordered text DEFAULT 'late', only_moving boolean DEFAULT false
) RETURNS TABLE (
        case_id uuid, number text, school text, time_zone text, opened_at timestamptz, late int, next_from timestamptz,
        waits_for text, carried_by text[], covered boolean, opens boolean, moving text, moving_to text,
        moving_person text, moving_since timestamptz, moving_late boolean, placed timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH shown AS MATERIALIZED ({_ORDERS}
    )
    SELECT o.id, o.number, o.school, o.time_zone, o.opened_at,
        (SELECT count(*)::int FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id
            WHERE t.case_id = o.id AND (
                (n.ended_at IS NULL OR t.progress <> '') AND NOT part_on_hold(t.kind, o.id, n.id)
                    AND {_WHEN} < statement_timestamp()
                OR t.kind = 'report' AND n.ended_at IS NULL AND report_due(o.id) < statement_timestamp())),
        x.at, CASE WHEN r.mine IS NOT NULL THEN x.who END,
        ARRAY(SELECT u.name FROM cases_caseperson p JOIN accounts_user u ON u.id = p.person_id
            WHERE p.case_id = o.id AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
                AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
                AND works_as(p.person_id, ARRAY[p.role::text], o.school_id)
            ORDER BY u.name),
        NOT EXISTS (SELECT FROM cases_checkinplan l WHERE l.case_id = o.id AND l.ended_at IS NULL AND (
            SELECT count(DISTINCT named) FROM unnest(ARRAY[l.person_id, l.cover_id]) AS named
            WHERE works_as(named, ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], o.school_id)) < 2)
        -- One that has run out needs a new one.
        AND (EXISTS (SELECT FROM cases_checkin k WHERE k.case_id = o.id AND k.state = 'waiting') OR NOT EXISTS (
            SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = o.id AND t.kind = 'contact'
                AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done'))),
        r.mine IS NOT NULL, coalesce(m.kind, ''), m.school, m.person, m.offered_at, coalesce(m.late, false),
        o.placed
    FROM shown o CROSS JOIN LATERAL (SELECT case_role(o.id) AS mine) r LEFT JOIN LATERAL (
        -- By what is its parts' own: by when another's duty is due would tell whose it is, once a report was made.
        SELECT {_WHEN} AS at, CASE
                WHEN t.kind = 'report' OR 'mandated_reporter' = ANY (t.actors) THEN 'report'
                WHEN t.actors <@ ARRAY['counselor', 'social_worker']::varchar[] THEN 'care'
                WHEN cardinality(t.actors) = 1 THEN t.actors[1]::text
                ELSE 'several' END AS who
        FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id
        WHERE t.case_id = o.id AND (n.ended_at IS NULL OR t.progress <> '') AND NOT part_on_hold(t.kind, o.id, n.id)
            AND ({_WHEN} IS NOT NULL
                OR n.ended_at IS NULL AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done'))
        ORDER BY 1 NULLS LAST, t.position, t.id LIMIT 1) x ON true
    LEFT JOIN LATERAL (
        SELECT t.kind, t.offered_at, s.name AS school, u.name AS person,
            t.kind = 'school' AND (t.climbs_at <= statement_timestamp() OR NOT works_as(
                t.receiver_id, ARRAY['counselor', 'social_worker', 'administrator'], t.to_school_id)) AS late
        FROM cases_transfer t LEFT JOIN directory_school s ON s.id = t.to_school_id
            LEFT JOIN accounts_user u ON u.id = t.receiver_id
        WHERE t.case_id = o.id AND t.state = 'open') m ON true
    WHERE (SELECT is_liaison())
    ORDER BY CASE WHEN ordered <> 'newest' THEN o.placed END, CASE WHEN ordered <> 'newest' THEN o.id END,
        o.placed DESC, o.id DESC
    $$;
REVOKE EXECUTE ON FUNCTION cases_of_district(uuid, boolean, uuid, int, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_of_district(uuid, boolean, uuid, int, text, boolean) TO csec_app;
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("cases", "0094_beside_standing_access")]

    operations = [migrations.RunSQL(PLACE + LIST, migrations.RunSQL.noop)]
