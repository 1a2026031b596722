from django.db import migrations

# Two rows that are two students again. A concern about the one that was put into a case of the other, or moved there
# with a case that was joined to it, waits again, at once with all who may deal with it: its student has nothing else.
# Its case says that one is gone. Whoever takes the rows apart learns of neither.
APART = """
CREATE FUNCTION take_concerns_apart(which uuid, since timestamptz, at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_case c SET apart_at = take_concerns_apart.at
    FROM directory_studentmerge m
    WHERE m.id = which AND m.undone_by_id = acting_person() AND EXISTS (
        SELECT FROM cases_concern k
        WHERE k.case_id = c.id AND k.status = 'attached' AND m.alias_id IN (k.student_id, c.student_id)
            AND student_kept(k.student_id) <> student_kept(c.student_id));

    UPDATE cases_concern k SET status = 'received', case_id = NULL, ended_at = NULL, ended_by_id = NULL,
        sealed_ending = NULL, accepted_at = NULL, accepted_by_id = NULL, apart_at = take_concerns_apart.at,
        asked_at = take_concerns_apart.at, climbs_at = take_concerns_apart.at,
        climbed_at = coalesce(k.climbed_at, take_concerns_apart.at),
        missing_since = (
            SELECT max(a.missing_since)
            FROM rows_of_student(k.student_id) same JOIN cases_studentabsence a ON a.student_id = same.student_id
            WHERE a.entered_at >= since AND absence_unexplained(a.id))
    FROM directory_studentmerge m, cases_case c
    WHERE m.id = which AND m.undone_by_id = acting_person() AND c.id = k.case_id AND k.status = 'attached'
        AND m.alias_id IN (k.student_id, c.student_id)
        AND student_kept(k.student_id) <> student_kept(c.student_id)
    $$;
REVOKE EXECUTE ON FUNCTION take_concerns_apart(uuid, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_concerns_apart(uuid, timestamptz, timestamptz) TO csec_app;
"""
BACK = "DROP FUNCTION take_concerns_apart(uuid, timestamptz, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0104_concerns_taken_apart")]

    operations = [migrations.RunSQL(APART, BACK)]
