from django.db import migrations

# A student of whom the roster has two rows is one student: an absence that was entered of one row is one of the cases
# and of the concerns that name the other. Nobody who merges learns whether there are any.
ABSENCES = """
CREATE OR REPLACE FUNCTION student_in_turn(which uuid) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp
    AS $$ SELECT pg_advisory_xact_lock(hashtextextended('missing:' || student_kept(which), 0)) $$;

CREATE OR REPLACE FUNCTION raise_absence_alerts(which uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, a.entered_at
    FROM cases_studentabsence a CROSS JOIN LATERAL rows_of_student(a.student_id) same
    JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
    WHERE a.id = which AND a.entered_by_id = acting_person()
    ON CONFLICT DO NOTHING;

    UPDATE cases_concern k SET missing_since = a.missing_since, asked_at = a.entered_at, climbs_at = a.entered_at,
        climbed_at = coalesce(k.climbed_at, a.entered_at), accepted_at = NULL, accepted_by_id = NULL
    FROM cases_studentabsence a CROSS JOIN LATERAL rows_of_student(a.student_id) same
    WHERE a.id = which AND a.entered_by_id = acting_person() AND k.student_id = same.student_id
        AND k.status = 'received';

    SELECT student_in_turn(a.student_id) FROM cases_studentabsence a WHERE a.id = which;

    -- Once more: a concern of before may be a case by now.
    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, a.entered_at
    FROM cases_studentabsence a CROSS JOIN LATERAL rows_of_student(a.student_id) same
    JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
    WHERE a.id = which AND a.entered_by_id = acting_person()
    ON CONFLICT DO NOTHING
    $$;

CREATE OR REPLACE FUNCTION raise_alerts_of_case(which uuid, since timestamptz, at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT student_in_turn(c.student_id) FROM cases_case c
    WHERE c.id = which AND c.student_id IS NOT NULL AND case_writing(which);

    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, raise_alerts_of_case.at
    FROM cases_case c CROSS JOIN LATERAL rows_of_student(c.student_id) same
    JOIN cases_studentabsence a ON a.student_id = same.student_id AND a.entered_at >= since
    WHERE c.id = which AND c.status = 'open' AND case_writing(which) AND absence_unexplained(a.id)
    ON CONFLICT DO NOTHING
    $$;

CREATE OR REPLACE FUNCTION note_missing(which uuid, since timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_concern k SET missing_since = (
        SELECT max(a.missing_since)
        FROM rows_of_student(k.student_id) same JOIN cases_studentabsence a ON a.student_id = same.student_id
        WHERE a.entered_at >= since AND absence_unexplained(a.id))
    WHERE k.id = which AND k.status = 'received' AND concern_access(which)
    $$;

-- Two rows that were just made one student: what is missing of one is missing of the other. Both wait for their turn.
CREATE FUNCTION raise_alerts_of_merged(which uuid, since timestamptz, at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('missing:' || one, 0))
    FROM (SELECT unnest(ARRAY[m.alias_id, m.kept_id]) AS one FROM directory_studentmerge m
        WHERE m.id = which AND m.by_id = acting_person() ORDER BY one) both_rows;

    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, raise_alerts_of_merged.at
    FROM directory_studentmerge m CROSS JOIN LATERAL rows_of_student(m.kept_id) missing
    JOIN cases_studentabsence a ON a.student_id = missing.student_id AND a.entered_at >= since
    CROSS JOIN LATERAL rows_of_student(m.kept_id) same
    JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
    WHERE m.id = which AND m.by_id = acting_person() AND m.undone_at IS NULL AND absence_unexplained(a.id)
    ON CONFLICT DO NOTHING;

    UPDATE cases_concern k SET missing_since = found.since, asked_at = raise_alerts_of_merged.at,
        climbs_at = raise_alerts_of_merged.at, climbed_at = coalesce(k.climbed_at, raise_alerts_of_merged.at),
        accepted_at = NULL, accepted_by_id = NULL
    FROM directory_studentmerge m CROSS JOIN LATERAL rows_of_student(m.kept_id) same
    CROSS JOIN LATERAL (
        SELECT max(a.missing_since) AS since
        FROM rows_of_student(m.kept_id) missing JOIN cases_studentabsence a ON a.student_id = missing.student_id
        WHERE a.entered_at >= raise_alerts_of_merged.since AND absence_unexplained(a.id)) found
    WHERE m.id = which AND m.by_id = acting_person() AND m.undone_at IS NULL AND k.student_id = same.student_id
        AND k.status = 'received' AND k.missing_since IS NULL AND found.since IS NOT NULL
    $$;
REVOKE EXECUTE ON FUNCTION raise_alerts_of_merged(uuid, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION raise_alerts_of_merged(uuid, timestamptz, timestamptz) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_officers_own_steps_access"),
        ("directory", "0007_student_merges_access"),
    ]

    operations = [migrations.RunSQL(ABSENCES, migrations.RunSQL.noop)]
