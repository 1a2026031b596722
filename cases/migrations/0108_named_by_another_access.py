"""Nobody opens a case to themselves by their own word alone: not by a request, an absence, or a second role."""

from django.db import migrations

# Of a student whom they named themselves counsel is told nothing, and opens nothing: an invented request would be a way
# past the emergency access. Whoever names one says so by their own name.
REQUESTS = """
GRANT UPDATE (student_by_id) ON cases_recordsrequest TO csec_app;
ALTER POLICY receive ON cases_recordsrequest
    WITH CHECK (logged_by_id = acting_person() AND closed_at IS NULL
        AND (student_by_id IS NULL OR student_by_id = acting_person()));

CREATE FUNCTION name_requested_student() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF NEW.student_by_id IS DISTINCT FROM acting_person() THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_recordsrequest: named by somebody else';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_recordsrequest_is_named BEFORE UPDATE ON cases_recordsrequest
    FOR EACH ROW WHEN (
        NEW.student_id IS DISTINCT FROM OLD.student_id OR NEW.student_by_id IS DISTINCT FROM OLD.student_by_id)
    EXECUTE FUNCTION name_requested_student();
"""
NOT_NAMED = """
DROP TRIGGER cases_recordsrequest_is_named ON cases_recordsrequest;
DROP FUNCTION name_requested_student();
ALTER POLICY receive ON cases_recordsrequest
    WITH CHECK (logged_by_id = acting_person() AND closed_at IS NULL);
REVOKE UPDATE (student_by_id) ON cases_recordsrequest FROM csec_app;
"""

# An absence that the liaison entered tells those who carry the case at once, and them only when it has climbed: else
# whoever enters one would read by it that there is a case, and be let into it.
ALERTS = """
DO $do$
DECLARE
    body text := rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10));
    changed text := replace(body, 'WHERE (a.ended_at IS NULL)', 'WHERE a.ended_at IS NULL AND NOT (
        a.at > statement_timestamp() - interval ''2 hours'' AND EXISTS (
            SELECT FROM cases_studentabsence s WHERE s.id = a.subject AND s.entered_by_id = acting_person()))');
BEGIN
    IF changed = body THEN
        RAISE EXCEPTION 'cases_asked_of_district: what cannot wait was not found';
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS ' || changed;
END
$do$;
"""
NOT_ALERTS = r"""
DO $do$
DECLARE
    body text := rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10));
    before text := regexp_replace(body, 'WHERE \(\(a\.ended_at IS NULL\) AND .*?(?=UNION ALL)', 'WHERE a.ended_at IS NULL ');
BEGIN
    IF before = body THEN
        RAISE EXCEPTION 'cases_asked_of_district: what cannot wait was not found';
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS ' || before;
END
$do$;
"""
# The worker writes to nobody about what it does not open to them.
ABSENCES = """
-- Whether an alert rests on what that person entered.
CREATE FUNCTION entered_absence(who uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_alert a JOIN cases_studentabsence s ON s.id = a.subject
        WHERE a.id = which AND s.entered_by_id = who)
    $$;
REVOKE EXECUTE ON FUNCTION entered_absence(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entered_absence(uuid, uuid) TO csec_worker;
"""
NOT_ABSENCES = """
DROP FUNCTION entered_absence(uuid, uuid);
"""

# In a second role of theirs nobody puts themselves on a case that they see in another, but to carry one that nobody
# carries.
PEOPLE = """
CREATE FUNCTION nobody_carries(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_case c WHERE c.id = which AND case_access(which) AND NOT case_carried(c.id, c.school_id))
    $$;
REVOKE EXECUTE ON FUNCTION nobody_carries(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION nobody_carries(uuid) TO csec_app;

CREATE POLICY not_oneself ON cases_caseperson AS RESTRICTIVE FOR INSERT TO csec_app WITH CHECK (
    person_id <> acting_person() OR excluded OR opened_for IS NOT NULL OR case_is_new(case_id)
    OR role = case_role(case_id)
    OR role IN ('counselor', 'social_worker') AND nobody_carries(case_id));
"""
NOT_PEOPLE = """
DROP POLICY not_oneself ON cases_caseperson;
DROP FUNCTION nobody_carries(uuid);
"""


def _changed(function: str, old: str, new: str) -> str:
    """A function with another condition in it; what else it says stays as it is."""
    return f"""
DO $do$
DECLARE
    before CONSTANT text := pg_get_functiondef('{function}'::regprocedure);
    changed CONSTANT text := replace(before, '{old}', '{new}');
BEGIN
    IF changed = before THEN
        RAISE EXCEPTION '{function}: what is asked of it was not found';
    END IF;
    EXECUTE changed;
END
$do$;
"""


_OF_REQUEST = "WHERE r.id = which AND r.closed_at IS NULL"
_NAMED_BY_ANOTHER = f"{_OF_REQUEST} AND r.student_by_id <> acting_person()"


class Migration(migrations.Migration):
    dependencies = [("cases", "0107_requests_student_by")]

    operations = [
        migrations.RunSQL(REQUESTS, NOT_NAMED),
        migrations.RunSQL(
            _changed("requested_cases(uuid)", _OF_REQUEST, _NAMED_BY_ANOTHER),
            _changed("requested_cases(uuid)", _NAMED_BY_ANOTHER, _OF_REQUEST),
        ),
        migrations.RunSQL(ALERTS + ABSENCES, NOT_ABSENCES + NOT_ALERTS),
        migrations.RunSQL(PEOPLE, NOT_PEOPLE),
    ]
