from django.db import migrations

# Days away are entered and taken back by the person themself, an administrator of a school of theirs, or the district
# liaison. The day of a membership is the school's, which may be the one before or after PostgreSQL's: the application
# decides that, and PostgreSQL leaves a day's room.
ACCESS = """
CREATE FUNCTION enters_away_for(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT acting_person() IS NOT NULL AND (who = acting_person() OR EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        JOIN accounts_membership t ON t.person_id = who
            AND t.since <= current_date + 1 AND (t.until IS NULL OR t.until > current_date - 1)
        WHERE m.person_id = acting_person()
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1)
            AND (m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = t.school_id))))
    $$;
REVOKE EXECUTE ON FUNCTION enters_away_for(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enters_away_for(uuid) TO csec_app;

ALTER POLICY enter ON accounts_away WITH CHECK (enters_away_for(person_id));
ALTER POLICY change ON accounts_away USING (enters_away_for(person_id)) WITH CHECK (enters_away_for(person_id));
"""
AS_BEFORE = """
ALTER POLICY enter ON accounts_away WITH CHECK (acting_person() IS NOT NULL);
ALTER POLICY change ON accounts_away USING (acting_person() IS NOT NULL) WITH CHECK (acting_person() IS NOT NULL);
DROP FUNCTION enters_away_for(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_calendar_feed_access")]

    operations = [migrations.RunSQL(ACCESS, AS_BEFORE)]
