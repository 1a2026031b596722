from django.db import migrations

# A link is there for those alone who may open both cases; and made by who may write in both.
LINKS = """
ALTER TABLE cases_caselink ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_caselink TO csec_app
    USING (case_access(from_case_id) AND case_access(to_case_id))
    WITH CHECK (case_writing(from_case_id) AND case_writing(to_case_id));
GRANT SELECT, INSERT ON cases_caselink TO csec_app;
CREATE TRIGGER cases_caselink_is_append_only BEFORE UPDATE OR DELETE ON cases_caselink
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# A student targeted may have an open case that the opener does not see. PostgreSQL finds it, links it, and lets the
# concern wait for those who carry it, past whom the concern goes; the opener learns that it was recorded. To whom a case
# is closed because they are implicated or related, there is none.
GIVEN = """
CREATE FUNCTION give_to_case(which uuid, linked_from uuid, link_kind text, linked_at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    there uuid;
    at_school uuid;
    carriers uuid[];
BEGIN
    IF case_writing(linked_from) IS NOT TRUE OR NOT EXISTS (
            SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = acting_person()) THEN
        RETURN false;
    END IF;
    SELECT c.id, c.school_id INTO there, at_school
        FROM cases_concern k CROSS JOIN LATERAL rows_of_student(k.student_id) same
        JOIN cases_case c ON c.student_id = same.student_id AND c.school_id = k.school_id
        WHERE k.id = which AND k.status = 'received' AND c.status = 'open' AND c.id <> linked_from
            AND c.track IN ('suspected_victim', 'confirmed_victim') AND NOT kept_away(c.id)
        ORDER BY c.opened_at, c.id LIMIT 1;
    IF there IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO cases_caselink (id, from_case_id, to_case_id, kind, made_at)
        VALUES (gen_random_uuid(), linked_from, there, link_kind, linked_at) ON CONFLICT DO NOTHING;
    carriers := ARRAY(
        SELECT p.person_id FROM cases_caseperson p
        WHERE p.case_id = there AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
            AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
            AND works_as(p.person_id, ARRAY[p.role::text], at_school)
            AND NOT EXISTS (
                SELECT FROM cases_concernexclusion e
                WHERE e.concern_id = which AND e.person_id = p.person_id AND e.lifted_at IS NULL)
        GROUP BY p.person_id ORDER BY min(p.since), p.person_id);
    -- Never the opener, who would read from it who carries that case.
    UPDATE cases_concern SET receiver_id = carriers[1],
        backup_id = coalesce(carriers[2], (
            SELECT h FROM unnest(ARRAY[receiver_id, backup_id]) WITH ORDINALITY AS holders (h, n)
            WHERE h <> carriers[1] AND h <> acting_person() ORDER BY n LIMIT 1))
        WHERE id = which AND cardinality(carriers) > 0;
    RETURN true;
END
$$;
"""

# That a concern about the student of an open case waits, and with whom: for those who carry or answer for the case and
# past whom the concern does not go. Of those that they may read anyway it is not said a second time.
WAITING = """
CREATE FUNCTION waiting_about(which uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT jsonb_agg(jsonb_build_object('case', c.id, 'at', k.logged_at, 'with', u.name) ORDER BY k.logged_at, k.id)
    FROM cases_concern k CROSS JOIN LATERAL rows_of_student(k.student_id) same
        JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
        JOIN accounts_user u ON u.id = coalesce(k.accepted_by_id, k.receiver_id)
    WHERE k.status = 'received' AND (which IS NULL OR c.id = which)
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion e
            WHERE e.concern_id = k.id AND e.person_id = acting_person() AND e.lifted_at IS NULL)
        AND case_role(c.id) IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND NOT concern_access(k.id)
    $$;

REVOKE EXECUTE ON FUNCTION give_to_case(uuid, uuid, text, timestamptz), waiting_about(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION give_to_case(uuid, uuid, text, timestamptz), waiting_about(uuid) TO csec_app;
"""
BEFORE = """
DROP FUNCTION waiting_about(uuid);
DROP FUNCTION give_to_case(uuid, uuid, text, timestamptz);
DROP TRIGGER cases_caselink_is_append_only ON cases_caselink;
REVOKE ALL ON cases_caselink FROM csec_app;
DROP POLICY need_to_know ON cases_caselink;
ALTER TABLE cases_caselink DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0040_case_links"), ("directory", "0007_student_merges_access")]

    operations = [migrations.RunSQL(LINKS + GIVEN + WAITING, BEFORE)]
