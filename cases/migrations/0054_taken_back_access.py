from django.db import migrations

# The case of a wrong student closes to counsel who opened it for a request about that one; whoever corrects it sees
# neither the request nor that there was one.
REQUESTED = """
CREATE FUNCTION end_access_for_others(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_caseperson p SET until = greatest(p.since, end_access_for_others.at)
    FROM cases_recordsrequest r, cases_case c
    WHERE p.case_id = which AND p.opened_for = r.id AND p.until > end_access_for_others.at AND c.id = which
        AND student_kept(r.student_id) IS DISTINCT FROM student_kept(c.student_id) AND case_writing(which)
    $$;
"""

# A concern that comes back from a void case asks each one anew who had said that none applies; not whom it goes past.
OPTED_OUT = """
CREATE FUNCTION ask_opted_out_again(which uuid, at timestamptz, within interval, opt_out boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), d.concern_id, NULL, d.school_id, d.person_id, d.number + 1, at, at, at + within, opt_out, ''
    FROM cases_concern k JOIN cases_reportduty d ON d.concern_id = k.id AND d.how = 'not_applicable'
    WHERE k.case_id = which AND case_writing(which) AND works_anywhere(d.person_id)
        AND NOT EXISTS (
            SELECT FROM cases_reportduty o
            WHERE o.concern_id = k.id AND o.person_id = d.person_id AND o.number > d.number)
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion e
            WHERE e.concern_id = k.id AND e.person_id = d.person_id AND e.lifted_at IS NULL)
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x WHERE x.case_id = which AND x.person_id = d.person_id AND x.excluded
                AND (x.until IS NULL OR x.until > statement_timestamp()))
    $$;
"""
GRANTS = "".join(
    f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO csec_app;\n"
    for name in (
        "end_access_for_others(uuid, timestamptz)",
        "ask_opted_out_again(uuid, timestamptz, interval, boolean)",
    )
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0053_parents_of_one_student_access")]

    operations = [migrations.RunSQL(REQUESTED + OPTED_OUT + GRANTS, migrations.RunSQL.noop)]
