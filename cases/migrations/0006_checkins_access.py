from django.db import migrations

# Everybody on the case but the officer knows when contact is due, who makes it, and what cannot wait.
NOT_THE_OFFICER = ("entry_access(case_id, 'counseling')", "case_access(case_id)", "SELECT, INSERT, UPDATE")

TABLES = {
    "cases_checkinplan": NOT_THE_OFFICER,
    "cases_checkin": NOT_THE_OFFICER,
    "cases_breakplan": NOT_THE_OFFICER,
    "cases_alert": NOT_THE_OFFICER,
    "cases_studentabsence": (
        "entered_by_id = acting_person()"
        " OR EXISTS (SELECT FROM cases_alert a WHERE a.subject = cases_studentabsence.id)",
        "entered_by_id = acting_person()",
        "SELECT, INSERT",
    ),
}

RULES = """
ALTER TABLE cases_checkinplan ADD CONSTRAINT cases_checkinplan_of_case UNIQUE (id, case_id);
ALTER TABLE cases_checkin ADD CONSTRAINT cases_checkin_plan_same_case
    FOREIGN KEY (plan_id, case_id) REFERENCES cases_checkinplan (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_checkin ADD CONSTRAINT cases_checkin_entry_same_case
    FOREIGN KEY (entry_id, case_id) REFERENCES cases_entry (id, case_id) DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER cases_studentabsence_is_append_only BEFORE UPDATE OR DELETE ON cases_studentabsence
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_checkinplan_is_kept BEFORE DELETE ON cases_checkinplan
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_checkin_is_kept BEFORE DELETE ON cases_checkin
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_breakplan_is_kept BEFORE DELETE ON cases_breakplan
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_alert_is_kept BEFORE DELETE ON cases_alert
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# Whoever enters an absence may not learn whether there is a case: PostgreSQL looks for them.
ALERTS = """
CREATE FUNCTION raise_absence_alerts(which uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, a.entered_at
    FROM cases_studentabsence a JOIN cases_case c ON c.student_id = a.student_id AND c.status = 'open'
    WHERE a.id = which AND a.entered_by_id = acting_person()
    ON CONFLICT DO NOTHING
    $$;
REVOKE EXECUTE ON FUNCTION raise_absence_alerts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION raise_absence_alerts(uuid) TO csec_app;
"""

# Cases that were opened before there were schedules go on by the interval they had.
BEGIN_SCHEDULES = """
WITH contact AS (
    SELECT c.id AS case_id, p.id AS part_id,
        coalesce(p.next_on, (p.due_at AT TIME ZONE s.time_zone)::date, current_date) AS day, s.time_zone,
        (SELECT x.person_id FROM cases_caseperson x WHERE x.case_id = c.id AND x.role IN ('counselor', 'social_worker')
            AND NOT x.excluded AND x.until IS NULL ORDER BY x.since, x.id LIMIT 1) AS carer,
        (SELECT x.by_id FROM cases_decision x WHERE x.case_id = c.id ORDER BY x.at, x.id LIMIT 1) AS opener
    FROM cases_case c
    JOIN directory_school s ON s.id = c.school_id
    JOIN cases_trackrun r ON r.case_id = c.id AND r.ended_at IS NULL
    JOIN cases_steppart p ON p.run_id = r.id AND p.kind = 'contact' AND p.repeats
    WHERE c.status = 'open'
), plans AS (
    INSERT INTO cases_checkinplan (id, case_id, rhythm, start, person_id, set_at, set_by_id)
    SELECT gen_random_uuid(), case_id, '{"kind": "every_days", "days": 7}', day, carer, now(), opener FROM contact
    RETURNING id, case_id
), shown AS (
    UPDATE cases_steppart p SET next_on = contact.day, due_at = (contact.day + time '16:00') AT TIME ZONE time_zone
    FROM contact WHERE p.id = contact.part_id
)
INSERT INTO cases_checkin (id, case_id, plan_id, due_on, before_at, day_at, due_at, state, level, remind_at)
SELECT gen_random_uuid(), contact.case_id, plans.id, day, (day - 1 + time '08:00') AT TIME ZONE time_zone,
    (day + time '08:00') AT TIME ZONE time_zone, (day + time '16:00') AT TIME ZONE time_zone, 'waiting', 2,
    (day + time '16:00') AT TIME ZONE time_zone
FROM contact JOIN plans ON plans.case_id = contact.case_id;
UPDATE cases_concern SET climbs_at = logged_at + interval '30 minutes' WHERE accepted_at IS NULL AND status <> 'closed';
UPDATE cases_srorequest SET climbs_at = asked_at + interval '30 minutes' WHERE answer = '';
"""


def policy(table: str, read: str, write: str, grants: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY need_to_know ON {table} TO csec_app USING ({read}) WITH CHECK ({write});
        GRANT {grants} ON {table} TO csec_app;
        """,
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_checkins"), ("accounts", "0003_away_and_weekdays")]

    operations = [
        migrations.RunSQL(RULES + ALERTS, migrations.RunSQL.noop),
        *[policy(table, *rules) for table, rules in TABLES.items()],
        migrations.RunSQL(BEGIN_SCHEDULES, migrations.RunSQL.noop),
    ]
