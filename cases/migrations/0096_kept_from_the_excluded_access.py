from django.db import migrations

# Whether what somebody was told, or has of their own, is about something that is kept from them by now: a case, a
# concern, or what hangs on a case and is named by itself (an emergency access, a freeze on contact with parents).
KEPT = """
CREATE FUNCTION kept_from_me(of_case uuid, about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
            SELECT FROM cases_caseperson p
            WHERE p.person_id = acting_person() AND p.excluded AND (p.until IS NULL OR p.until > statement_timestamp())
                AND p.case_id IN (of_case, about,
                    (SELECT k.case_id FROM cases_concern k WHERE k.id = about),
                    (SELECT e.case_id FROM cases_emergencyaccess e WHERE e.id = about),
                    (SELECT h.case_id FROM cases_parenthold h WHERE h.id = about)))
        OR EXISTS (
            SELECT FROM cases_concernexclusion x
            WHERE x.person_id = acting_person() AND x.concern_id = about AND x.lifted_at IS NULL)
    $$;
REVOKE EXECUTE ON FUNCTION kept_from_me(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kept_from_me(uuid, uuid) TO csec_app;

-- What is said of one's own duty to report names neither, and stays.
ALTER POLICY history ON delivery_message USING (
    recipient_id = acting_person() AND NOT kept_from_me(case_id, subject)
    OR (case_id IS NOT NULL AND kind <> 'addition' AND entry_access(case_id, 'counseling'))
    OR (case_id IS NULL AND concern_held(subject)));

ALTER POLICY need_to_know ON cases_emergencyaccess USING (
    person_id = acting_person() AND NOT kept_from_me(case_id, NULL)
    OR case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'));
ALTER POLICY change ON cases_emergencyaccess USING (
    person_id = acting_person() AND NOT kept_from_me(case_id, NULL)
    OR case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'));
"""

# Of a row on a case nothing changes but until when it holds; and of one that keeps somebody away the liaison says that.
EXCLUSIONS = """
REVOKE UPDATE ON cases_caseperson FROM csec_app;
GRANT UPDATE (until) ON cases_caseperson TO csec_app;
CREATE POLICY lifting ON cases_caseperson AS RESTRICTIVE FOR UPDATE TO csec_app
    USING (true)
    WITH CHECK (NOT excluded OR person_id <> acting_person() AND case_role(case_id) = 'liaison');
"""

# Whoever is offered a case reads of it what is told at the other school: they have opened it.
READERS = """
DO $$
DECLARE
    before CONSTANT text := pg_get_functiondef('case_readings(uuid)'::regprocedure);
BEGIN
    EXECUTE replace(before, '(''case_viewed'', ', '(''case_viewed'', ''transfer_viewed'', ');
    IF pg_get_functiondef('case_readings(uuid)'::regprocedure) = before THEN
        RAISE EXCEPTION 'case_readings does not name the verbs that it reads';
    END IF;
END
$$;
"""

# Whoever is to be asked again because somebody is away, or is back: asked for by those who enter that, and nobody else.
AWAY = """
CREATE OR REPLACE FUNCTION remind_again(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_checkin k SET remind_at = remind_again.at
    FROM accounts_away a, cases_checkinplan l
    WHERE a.id = which AND enters_away_for(a.person_id) AND l.id = k.plan_id AND k.state = 'waiting'
        AND a.person_id IN (k.taken_by_id, l.person_id, l.cover_id)
        AND k.before_at <= remind_again.at AND k.remind_at > remind_again.at AND remind_again.at < k.due_at
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0095_all_schools_by_order_access")]

    operations = [migrations.RunSQL(KEPT + EXCLUSIONS + READERS + AWAY, migrations.RunSQL.noop)]
