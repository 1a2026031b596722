from django.db import migrations

# Whether contact with parents is frozen: everybody who may open the case is told, and the officer nothing more.
FROZEN = """
CREATE FUNCTION parents_frozen(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which)
        AND EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = which AND h.ended_at IS NULL)
    $$;
REVOKE EXECUTE ON FUNCTION parents_frozen(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION parents_frozen(uuid) TO csec_app;
"""

HOLDS = """
ALTER TABLE cases_parenthold ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_parenthold FOR SELECT TO csec_app USING (case_role(case_id) <> 'sro');
CREATE POLICY begin ON cases_parenthold FOR INSERT TO csec_app
    WITH CHECK (case_writing(case_id) AND begun_by_id = acting_person() AND ended_at IS NULL);
-- Legal counsel releases it; one that rests on "not sure" ends with the advice that whoever carries the case asked for.
CREATE POLICY release ON cases_parenthold FOR UPDATE TO csec_app
    USING (case_role(case_id) <> 'sro')
    WITH CHECK (ended_by_id = acting_person() AND (case_role(case_id) = 'counsel'
        OR cause = 'unsure' AND case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison')));
GRANT SELECT, INSERT ON cases_parenthold TO csec_app;
GRANT UPDATE (ended_at, ended_by_id, ended_sealed) ON cases_parenthold TO csec_app;

CREATE FUNCTION end_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = TG_TABLE_NAME || ': ended already';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_parenthold_ends_once BEFORE UPDATE ON cases_parenthold
    FOR EACH ROW EXECUTE FUNCTION end_once();
CREATE TRIGGER cases_parenthold_is_kept BEFORE DELETE ON cases_parenthold
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE cases_parenthold ADD CONSTRAINT cases_parenthold_entry_same_case
    FOREIGN KEY (entry_id, case_id) REFERENCES cases_entry (id, case_id) DEFERRABLE INITIALLY DEFERRED;
"""

CUSTODIES = """
ALTER TABLE cases_custody ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_custody FOR SELECT TO csec_app USING (case_access(case_id));
CREATE POLICY begin ON cases_custody FOR INSERT TO csec_app
    WITH CHECK (case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND recorded_by_id = acting_person() AND ended_at IS NULL);
CREATE POLICY back ON cases_custody FOR UPDATE TO csec_app
    USING (case_access(case_id))
    WITH CHECK (ended_by_id = acting_person()
        AND case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'));
GRANT SELECT, INSERT ON cases_custody TO csec_app;
GRANT UPDATE (ended_at, ended_by_id, ended_sealed) ON cases_custody TO csec_app;
CREATE TRIGGER cases_custody_ends_once BEFORE UPDATE ON cases_custody
    FOR EACH ROW EXECUTE FUNCTION end_once();
CREATE TRIGGER cases_custody_is_kept BEFORE DELETE ON cases_custody
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# The open cases whose student is 18 by the school's day, each with the morning of the birthday: for the sweep, which
# reads neither names nor dates of birth. Who was born on February 29 is 18 on March 1.
OF_AGE = """
CREATE FUNCTION of_age_on(born date) RETURNS date LANGUAGE sql IMMUTABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE
        WHEN extract(month FROM born) = 2 AND extract(day FROM born) = 29
            THEN make_date(extract(year FROM born)::int + 18, 3, 1)
        ELSE (born + interval '18 years')::date
    END
    $$;
CREATE FUNCTION cases_of_age(at timestamptz) RETURNS TABLE (case_id uuid, school_id uuid, due timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT c.id, c.school_id, (b.day + time '08:00') AT TIME ZONE s.time_zone
    FROM cases_case c JOIN directory_student t ON t.id = c.student_id JOIN directory_school s ON s.id = c.school_id
        LEFT JOIN directory_student k ON k.id = t.merged_into_id
        CROSS JOIN LATERAL (SELECT of_age_on(coalesce(k.birth_date, t.birth_date)) AS day) AS b
    WHERE c.status = 'open' AND b.day <= (cases_of_age.at AT TIME ZONE s.time_zone)::date
    $$;
REVOKE EXECUTE ON FUNCTION cases_of_age(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_of_age(timestamptz) TO csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0038_parents")]

    operations = [migrations.RunSQL(FROZEN + HOLDS + CUSTODIES + OF_AGE, migrations.RunSQL.noop)]
