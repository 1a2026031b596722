from django.db import migrations

# The acting person's own duty has ended: what others may know of it. Of a joint report that is known it is no other.
NOTE = """
CREATE OR REPLACE FUNCTION note_report(which uuid, made uuid, made_at timestamptz, sealed bytea, joint boolean, at timestamptz)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    duty record;
BEGIN
    SELECT d.concern_id, d.case_id INTO duty FROM cases_reportduty d
        WHERE d.id = which AND d.person_id = acting_person();
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_reportduty: another''s duty';
    END IF;
    IF duty.concern_id IS NULL THEN
        PERFORM enter_report(duty.case_id, made, made_at, sealed, joint, at);
    ELSIF made_at IS NOT NULL AND NOT (joint AND {known}) THEN
        INSERT INTO cases_reportmade (id, concern_id, made_at, sealed)
            VALUES (made, duty.concern_id, note_report.made_at, note_report.sealed);
    END IF;
    IF duty.case_id IS NOT NULL THEN
        PERFORM enter_reports(duty.case_id, at);
    END IF;
END
$$;
"""
# In a case whose track asks for a report what its part says, and nothing else: an earlier one may have been of another
# track, or of another student.
BY_THE_PART = """coalesce(
        (SELECT p.outcome = 'done' FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
            WHERE p.case_id = duty.case_id AND p.kind = 'report' ORDER BY p.position LIMIT 1),
        EXISTS (SELECT FROM cases_reportmade m WHERE m.concern_id = duty.concern_id))"""
BY_ANY = """(
        EXISTS (SELECT FROM cases_reportmade m WHERE m.concern_id = duty.concern_id)
        OR EXISTS (SELECT FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
            WHERE p.case_id = duty.case_id AND p.kind = 'report' AND p.outcome = 'done'))"""

# Nothing new to report ends the report of the track as it does in the case: where that of the track before was made.
SAME = """
CREATE FUNCTION note_same_report(which uuid, made uuid, made_at timestamptz, sealed bytea, at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT note_report(which, made, made_at, sealed, false, at)
    FROM cases_reportduty d JOIN cases_steppart p ON p.case_id = d.case_id AND p.kind = 'report'
    JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
    JOIN cases_steppart b ON b.id = p.corresponds_to_id AND b.outcome = 'done'
    WHERE d.id = which AND d.person_id = acting_person() AND p.outcome IN ('', 'unable')
    ORDER BY p.position LIMIT 1
    $$;
REVOKE EXECUTE ON FUNCTION note_same_report(uuid, uuid, timestamptz, bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_same_report(uuid, uuid, timestamptz, bytea, timestamptz) TO csec_app;
"""
NOT_SAME = "DROP FUNCTION note_same_report(uuid, uuid, timestamptz, bytea, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0060_figures_access")]

    operations = [
        migrations.RunSQL(NOTE.format(known=BY_THE_PART) + SAME, NOTE.format(known=BY_ANY) + NOT_SAME)
    ]
