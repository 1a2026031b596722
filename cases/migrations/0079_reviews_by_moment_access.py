from django.db import migrations

# A page of the cases to review goes on behind the moment and the id of the last row: by number, whatever was reviewed
# since the page before let as many others be passed over.
LIST = """
DROP FUNCTION cases_to_review(timestamptz, boolean, int, int);
CREATE FUNCTION cases_to_review(
    at timestamptz, whole boolean, past timestamptz, past_case uuid, most int
) RETURNS TABLE (
        case_id uuid, number text, school text, opened_at timestamptz, reviewed_at timestamptz, reviewed_by text,
        due boolean, waiting int)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH of AS MATERIALIZED (
        SELECT review_due_before(cases_to_review.at) AS due_before
    ), mine AS MATERIALIZED (
        SELECT s.id, s.name FROM directory_school s
        WHERE is_liaison() OR works_as(acting_person(), ARRAY['administrator'], s.id)
    ), latest AS (
        SELECT c.id, c.number, m.name AS school, c.opened_at, r.at AS reviewed_at, r.by_id,
            coalesce(r.at, c.opened_at) AS since
        FROM cases_case c JOIN mine m ON m.id = c.school_id
        LEFT JOIN LATERAL (
            SELECT v.at, v.by_id FROM cases_casereview v WHERE v.case_id = c.id ORDER BY v.at DESC LIMIT 1) r ON true
        WHERE c.status = 'open'
    ), shown AS MATERIALIZED (
        SELECT l.*, l.since <= of.due_before AS due FROM latest l, of
        WHERE (whole OR l.since <= of.due_before) AND NOT kept_away(l.id)
            AND (past IS NULL OR (l.since, l.id) > (past, past_case))
        ORDER BY l.since, l.id LIMIT most
    )
    SELECT o.id, o.number, o.school, o.opened_at, o.reviewed_at, u.name, o.due,
        (SELECT count(*)::int FROM cases_reviewquestion q WHERE q.case_id = o.id AND q.answered_at IS NULL)
    FROM shown o LEFT JOIN accounts_user u ON u.id = o.by_id ORDER BY o.since, o.id
    $$;

REVOKE EXECUTE ON FUNCTION cases_to_review(timestamptz, boolean, timestamptz, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_to_review(timestamptz, boolean, timestamptz, uuid, int) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0078_drills_access")]

    operations = [migrations.RunSQL(LIST, migrations.RunSQL.noop)]
