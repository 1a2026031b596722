from django.db import migrations

# What the worker reads to know whom to write to: never what was written about a student, and not who the student is.
COLUMNS = {
    "cases_case": "id, status, school_id",
    "cases_caseperson": "case_id, person_id, role, since, until, excluded",
    "cases_checkinplan": "id, case_id, person_id, cover_id, ended_at",
    "cases_breakplan": "case_id, first_day, last_day, person_id, replaced_at",
    "cases_alert": "id, case_id, kind, at, taken_at",
    "cases_concern": "id, school_id, case_id, status, receiver_id, backup_id, climbs_at, accepted_at",
    "cases_concernexclusion": "concern_id, person_id",
    "cases_srorequest": "id, case_id, part_id, officer_id, asked_by_id, answer, climbs_at",
    "cases_steppart": "id, case_id, run_id, kind, outcome, due_at",
    "cases_trackrun": "id, ended_at",
    "cases_checkin": "id, case_id, plan_id, state, taken_by_id, before_at, day_at, due_at, level, remind_at",
}
READ = "".join(
    f"GRANT SELECT ({columns}) ON {table} TO csec_worker;\n"
    f"CREATE POLICY remind ON {table} FOR SELECT TO csec_worker USING (true);\n"
    for table, columns in COLUMNS.items()
)
MARK = """
GRANT UPDATE (level, remind_at) ON cases_checkin TO csec_worker;
CREATE POLICY mark ON cases_checkin FOR UPDATE TO csec_worker USING (true) WITH CHECK (true);
"""
# The history of the reminders, for those whom the case or the concern is about; one's own messages always.
HISTORY = """
GRANT SELECT ON delivery_message TO csec_app;
CREATE POLICY history ON delivery_message FOR SELECT TO csec_app USING (
    recipient_id = acting_person()
    OR (case_id IS NOT NULL AND entry_access(case_id, 'counseling'))
    OR (case_id IS NULL AND concern_held(subject)));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_checkins_access"), ("delivery", "0004_outbox_access")]

    operations = [migrations.RunSQL(READ + MARK + HISTORY, migrations.RunSQL.noop)]
