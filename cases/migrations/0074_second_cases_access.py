"""A student with two open cases on the same track: asked of the district, whose liaison joins them or keeps both."""

from django.db import migrations

# A track of a possible victim is the same one when it is confirmed. What the liaison has kept is asked no more.
_ASKED = """
    c.status = 'open' AND o.status = 'open' AND o.id <> c.id
    AND (o.track = 'suspected_recruiter') = (c.track = 'suspected_recruiter')
    AND NOT EXISTS (
        SELECT FROM cases_caselink l WHERE l.kind = 'kept'
            AND (l.from_case_id = c.id AND l.to_case_id = o.id OR l.from_case_id = o.id AND l.to_case_id = c.id))"""

# Both ways round, so that one of them is looked up by its key: the same row of the roster, one that was merged into the
# other, or two that were merged into a third.
FORWARDS = f"""
CREATE VIEW cases_second (case_id, beside_id) AS
SELECT c.id, o.id FROM cases_case c JOIN cases_case o ON o.student_id = c.student_id WHERE {_ASKED}
UNION ALL
SELECT c.id, o.id FROM cases_case c JOIN directory_student t ON t.id = c.student_id
    JOIN cases_case o ON o.student_id = t.merged_into_id WHERE {_ASKED}
UNION ALL
SELECT c.id, o.id FROM cases_case c JOIN directory_student u ON u.merged_into_id = c.student_id
    JOIN cases_case o ON o.student_id = u.id WHERE {_ASKED}
UNION ALL
SELECT c.id, o.id FROM cases_case c JOIN directory_student t ON t.id = c.student_id
    JOIN directory_student u ON u.merged_into_id = t.merged_into_id AND u.id <> t.id
    JOIN cases_case o ON o.student_id = u.id WHERE {_ASKED};

-- Each but the first, with the first that it may be one with. For the worker, who reads neither names nor students.
CREATE FUNCTION cases_beside() RETURNS TABLE (case_id uuid, beside_id uuid, school_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT ON (c.id) c.id, o.id, c.school_id
    FROM cases_second v JOIN cases_case c ON c.id = v.case_id JOIN cases_case o ON o.id = v.beside_id
    WHERE (o.opened_at, o.id) < (c.opened_at, c.id)
    ORDER BY c.id, o.opened_at, o.id
    $$;

-- The same for the liaison, of cases that are kept from them neither on the one side nor on the other.
CREATE FUNCTION second_cases() RETURNS TABLE (case_id uuid, beside_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT v.case_id, v.beside_id FROM cases_beside() v JOIN cases_case c ON c.id = v.case_id
    WHERE is_liaison() AND NOT kept_away(v.case_id) AND NOT kept_away(v.beside_id)
    ORDER BY c.opened_at, c.id
    $$;

CREATE FUNCTION asks_to_settle(which uuid, beside uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT is_liaison() AND NOT kept_away(which) AND NOT kept_away(beside)
        AND EXISTS (SELECT FROM cases_second v WHERE v.case_id = which AND v.beside_id = beside)
    $$;
REVOKE EXECUTE ON FUNCTION cases_beside(), second_cases(), asks_to_settle(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_beside() TO csec_worker;
GRANT EXECUTE ON FUNCTION second_cases(), asks_to_settle(uuid, uuid) TO csec_app;
"""  # noqa: S608 - its own text above

# Added to whatever the view of what is asked of the district holds, and taken out of it again.
_ADDED = " UNION ALL SELECT v.case_id FROM cases_second v"
ASKED = f"""
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS '
        || rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10)) || '{_ADDED}';
END
$$;
"""
NOT_ASKED = r"""
DO $$
DECLARE
    now_asked text := rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10));
    before text := regexp_replace(now_asked, '\s+UNION ALL\s+SELECT v\.case_id\s+FROM cases_second v$', '');
BEGIN
    IF before = now_asked THEN
        RAISE EXCEPTION 'cases_asked_of_district: what asks for second cases was not found';
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS ' || before;
END
$$;
"""
# The way back knows no such link.
BACKWARDS = """
ALTER TABLE cases_caselink DISABLE TRIGGER cases_caselink_is_append_only;
DELETE FROM cases_caselink WHERE kind IN ('kept', 'joined');
ALTER TABLE cases_caselink ENABLE TRIGGER cases_caselink_is_append_only;
DROP FUNCTION asks_to_settle(uuid, uuid);
DROP FUNCTION second_cases();
DROP FUNCTION cases_beside();
DROP VIEW cases_second;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0073_second_cases"), ("directory", "0007_student_merges_access")]

    operations = [migrations.RunSQL(FORWARDS + ASKED, NOT_ASKED + BACKWARDS)]
