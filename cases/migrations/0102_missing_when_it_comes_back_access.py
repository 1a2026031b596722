from django.db import migrations

# A concern in a case says it as well: it may be about to come back from one that was a mistake, and whoever sends it
# back holds it no more afterwards. Of one that is closed nobody is asked.
MISSING = """
CREATE OR REPLACE FUNCTION note_missing(which uuid, since timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_concern k SET missing_since = (
        SELECT max(a.missing_since)
        FROM rows_of_student(k.student_id) same JOIN cases_studentabsence a ON a.student_id = same.student_id
        WHERE a.entered_at >= since AND absence_unexplained(a.id))
    WHERE k.id = which AND k.status IN ('received', 'attached') AND (
        concern_access(which)
        OR EXISTS (SELECT FROM cases_concerncorrection n WHERE n.concern_id = which AND n.by_id = acting_person()))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0101_told_who_are_there_access")]

    operations = [migrations.RunSQL(MISSING, migrations.RunSQL.noop)]
