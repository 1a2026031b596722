from django.db import migrations

# Counsel and the liaison read every request; whoever logged one reads that one, and is told of no case. Whoever carries
# or answers for a case of the student knows that somebody asked.
READING = """
CREATE FUNCTION of_the_district(roles text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT works_as(acting_person(), roles, NULL) $$;

CREATE FUNCTION request_access(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_recordsrequest r
        WHERE r.id = which AND (
            r.logged_by_id = acting_person()
            OR of_the_district(ARRAY['counsel', 'liaison'])
            OR EXISTS (
                SELECT FROM rows_of_student(r.student_id) same JOIN cases_case c ON c.student_id = same.student_id
                WHERE case_role(c.id) IN ('counselor', 'social_worker', 'administrator', 'liaison'))))
    $$;

CREATE OR REPLACE FUNCTION key_access(which uuid, of_scope uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (SELECT FROM cases_case c WHERE c.id = of_scope AND c.key_id = which) AND case_access(of_scope)
        OR EXISTS (SELECT FROM cases_concern c WHERE c.id = of_scope AND c.key_id = which)
            AND concern_access(of_scope)
        OR EXISTS (SELECT FROM cases_recordsrequest r WHERE r.id = of_scope AND r.key_id = which)
            AND request_access(of_scope)
    $$;
"""

# Logged in one's own name and not answered; matched by counsel or the liaison, answered by counsel, once.
REQUESTS = """
ALTER TABLE cases_recordsrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_recordsrequest FOR SELECT TO csec_app USING (request_access(id));
CREATE POLICY receive ON cases_recordsrequest FOR INSERT TO csec_app
    WITH CHECK (logged_by_id = acting_person() AND closed_at IS NULL);
CREATE POLICY change ON cases_recordsrequest FOR UPDATE TO csec_app
    USING (request_access(id))
    WITH CHECK (of_the_district(ARRAY['counsel']) OR of_the_district(ARRAY['liaison']) AND closed_at IS NULL);
GRANT SELECT, INSERT ON cases_recordsrequest TO csec_app;
GRANT UPDATE (student_id, closed_at) ON cases_recordsrequest TO csec_app;
CREATE FUNCTION hold_records_request() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_recordsrequest: answered already';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_recordsrequest_is_held BEFORE UPDATE ON cases_recordsrequest
    FOR EACH ROW EXECUTE FUNCTION hold_records_request();
CREATE TRIGGER cases_recordsrequest_is_kept BEFORE DELETE ON cases_recordsrequest
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- To write to counsel about what is due: no word, and not who the student is.
GRANT SELECT (id, school_id, logged_at, due_on, closed_at) ON cases_recordsrequest TO csec_worker;
CREATE POLICY remind ON cases_recordsrequest FOR SELECT TO csec_worker USING (true);

ALTER TABLE cases_recordsanswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_recordsanswer TO csec_app USING (of_the_district(ARRAY['counsel']))
    WITH CHECK (of_the_district(ARRAY['counsel']) AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_recordsanswer TO csec_app;
CREATE TRIGGER cases_recordsanswer_is_append_only BEFORE UPDATE OR DELETE ON cases_recordsanswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# Counsel is let into the cases of the student while the request is open, and by nobody but themselves; the office that
# logged it is told of none, and neither is counsel of one that is kept from them.
CASES = """
CREATE FUNCTION requested_cases(which uuid)
    RETURNS TABLE (case_id uuid, number text, school text, opened_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT c.id, c.number, s.name, c.opened_at
    FROM cases_recordsrequest r CROSS JOIN LATERAL rows_of_student(r.student_id) same
        JOIN cases_case c ON c.student_id = same.student_id
        JOIN directory_school s ON s.id = c.school_id
    WHERE r.id = which AND r.closed_at IS NULL AND works_as(acting_person(), ARRAY['counsel'], c.school_id)
        AND NOT kept_away(c.id)
    ORDER BY c.opened_at, c.id
    $$;

CREATE FUNCTION end_requested_access(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_caseperson p SET until = greatest(p.since, end_requested_access.at)
    WHERE p.opened_for = which AND p.until > end_requested_access.at
        AND of_the_district(ARRAY['counsel', 'liaison'])
        AND EXISTS (SELECT FROM cases_recordsrequest r WHERE r.id = which)
    $$;

CREATE POLICY requested ON cases_caseperson FOR INSERT TO csec_app WITH CHECK (
    person_id = acting_person() AND role = 'counsel' AND NOT excluded AND opened_for IS NOT NULL
    AND until <= since + interval '30 days'
    AND case_id IN (SELECT q.case_id FROM requested_cases(opened_for) q));
CREATE INDEX cases_caseperson_opened_for ON cases_caseperson (opened_for) WHERE opened_for IS NOT NULL;
"""

# Whoever looked at what a case holds for such a request has opened it.
READERS = """
DO $$
DECLARE
    one regprocedure;
    before text;
BEGIN
    FOREACH one IN ARRAY ARRAY['case_readers(uuid)', 'case_readings(uuid)']::regprocedure[] LOOP
        before := pg_get_functiondef(one);
        EXECUTE replace(before, '(''case_viewed'', ', '(''case_viewed'', ''records_previewed'', ');
        IF pg_get_functiondef(one) = before THEN
            RAISE EXCEPTION '% does not name the verbs that it reads', one;
        END IF;
    END LOOP;
END
$$;
"""

OURS = (
    "of_the_district(text[])",
    "request_access(uuid)",
    "requested_cases(uuid)",
    "end_requested_access(uuid, timestamptz)",
)
GRANTS = "".join(
    f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO csec_app;\n"
    for name in OURS
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0036_records_requests")]

    operations = [
        migrations.RunSQL(READING + REQUESTS + CASES + READERS + GRANTS, migrations.RunSQL.noop),
    ]
