from django.db import migrations

FUNCTIONS = """
-- Whether it is with those who answer for the school as well: neither its receiver nor its backup works there any
-- more, or both are excluded from it, or it has climbed because nobody took it up.
CREATE OR REPLACE FUNCTION concern_unheld(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_concern c
        WHERE c.id = which AND (c.climbed_at IS NOT NULL
            OR NOT EXISTS (
                SELECT FROM unnest(ARRAY[c.receiver_id, c.backup_id]) AS holder
                WHERE holder IS NOT NULL
                    AND works_as(holder, ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], c.school_id)
                    AND NOT EXISTS (
                        SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = holder))))
    $$;

-- Somebody's days away were entered or taken back: what was said of the contacts that are due is said again, to
-- whoever makes them now. Those are of cases that the one who enters it may not see.
CREATE FUNCTION remind_again(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_checkin k SET remind_at = remind_again.at
    FROM accounts_away a, cases_checkinplan l
    WHERE a.id = which AND l.id = k.plan_id AND k.state = 'waiting'
        AND a.person_id IN (k.taken_by_id, l.person_id, l.cover_id)
        AND k.before_at <= remind_again.at AND k.remind_at > remind_again.at AND remind_again.at < k.due_at
    $$;
REVOKE EXECUTE ON FUNCTION remind_again(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remind_again(uuid, timestamptz) TO csec_app;

GRANT SELECT (asked_at, climbed_at), UPDATE (climbed_at) ON cases_concern TO csec_worker;
CREATE POLICY climb ON cases_concern FOR UPDATE TO csec_worker USING (true) WITH CHECK (true);
GRANT SELECT (asked_at) ON cases_steppart TO csec_worker;
GRANT SELECT (ended_at) ON cases_alert TO csec_worker;
"""
ROWS = """
UPDATE cases_concern SET asked_at = logged_at WHERE asked_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_asked_again")]

    operations = [migrations.RunSQL(FUNCTIONS + ROWS, migrations.RunSQL.noop)]
