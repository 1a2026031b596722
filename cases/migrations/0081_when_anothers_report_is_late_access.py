"""Once a report was made, when another's duty counts as late says nothing of whose it is."""

from django.db import migrations

# By when what is owed in a case is due, as everybody may know it. While a report waits, that is when the first open duty
# is due. Once one was made, the day of an open duty would tell when its person learned of it, and so who has not
# reported: it counts as late when the last of all duties there is due, of those that have ended as of those that are
# open. Each person's own page, and what they are written to about, go by their own clock.
DUE = """
CREATE FUNCTION report_due(which uuid) RETURNS timestamptz LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = which AND t.kind = 'report' AND t.outcome IN ('', 'unable'))
        THEN min(d.due_at) FILTER (WHERE d.ended_at IS NULL)
        ELSE max(d.due_at) END
    FROM cases_reportduty d WHERE d.case_id = which HAVING bool_or(d.ended_at IS NULL)
    $$;
REVOKE EXECUTE ON FUNCTION report_due(uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION report_owed(which uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT report_due(which) WHERE case_access(which) $$;
"""

# The rest of these functions stays as it is.
CHANGED = """
DO $do$
DECLARE
    body text := pg_get_functiondef('{function}'::regprocedure);
    changed text := regexp_replace(body, $q${before}$q$, $q${after}$q$);
BEGIN
    IF changed = body THEN
        RAISE EXCEPTION '{function}: when what is owed is due was not found';
    END IF;
    EXECUTE changed;
END
$do$;
"""
ORDER = CHANGED.format(
    function="cases_late_from(uuid[])",
    before=r"SELECT min\(r\.due_at\) AS due_at FROM cases_reportduty r\s+"
    r"WHERE r\.case_id = c\.id AND r\.ended_at IS NULL AND EXISTS",
    after="SELECT report_due(c.id) AS due_at\n        WHERE EXISTS",
)
DISTRICT = CHANGED.format(
    function="cases_of_district(uuid, boolean, uuid, integer)",
    before=r"EXISTS \(\s*SELECT FROM cases_reportduty r WHERE r\.case_id = o\.id AND r\.ended_at IS NULL\s+"
    r"AND r\.due_at < statement_timestamp\(\)\)",
    after="report_due(o.id) < statement_timestamp()",
)
FIGURES = CHANGED.format(
    function="figures(uuid[], timestamptz, date)",
    before=r"-- By when the first duty to report that is open is due, whatever others have reported\.\s+"
    r"SELECT d\.case_id, min\(d\.due_at\) AS due_at",
    after="-- By when what is owed counts as late, which tells of nobody whether they have reported.\n"
    "        SELECT d.case_id, report_due(d.case_id) AS due_at",
)
KEPT = "SELECT keep_late_from(ARRAY(SELECT id FROM cases_case));"


class Migration(migrations.Migration):
    dependencies = [("cases", "0080_held_by_what_freezes_access")]

    operations = [migrations.RunSQL(DUE + ORDER + DISTRICT + FIGURES + KEPT, migrations.RunSQL.noop)]
