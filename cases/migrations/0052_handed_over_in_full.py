from django.db import migrations

# The roster comes later than the handoff: for 30 days it may still have the student at the school that handed them over
# (cases.reading.asking). Then it is asked, as is any other school or a student who left.
ROSTER = """
DO $do$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW cases_moved (case_id, school_id, change) AS '
        || rtrim(pg_get_viewdef('cases_moved'::regclass), '; ' || chr(10))
        || $more$
        AND NOT (t.active AND EXISTS (
            SELECT FROM cases_transfer h WHERE h.new_case_id = c.id AND h.state = 'accepted'
                AND h.from_school_id = t.school_id AND h.answered_at > statement_timestamp() - interval '30 days'))
        $more$;
END
$do$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0051_restricted_section_by_one_name")]

    operations = [migrations.RunSQL(ROSTER, migrations.RunSQL.noop)]
