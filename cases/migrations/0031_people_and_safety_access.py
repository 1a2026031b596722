from django.db import migrations

# The people around a student and the safety plan are the team's, and not the officer's: but for a plan in force that
# says that the officer reads it. What is said of a person in the counselor's section only the counselor reads, and
# whoever answers for the case adds to. Where a device is, everybody on the case knows.
NOT_THE_OFFICER = "entry_access(case_id, 'counseling')"
WRITE = f"{NOT_THE_OFFICER} AND case_writing(case_id)"

RULES = f"""
ALTER TABLE cases_contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_contact FOR SELECT TO csec_app USING ({NOT_THE_OFFICER});
CREATE POLICY enter ON cases_contact FOR INSERT TO csec_app
    WITH CHECK ({WRITE} AND set_by_id = acting_person() AND replaced_at IS NULL AND ended_at IS NULL);
CREATE POLICY change ON cases_contact FOR UPDATE TO csec_app USING ({NOT_THE_OFFICER}) WITH CHECK ({WRITE});
GRANT SELECT, INSERT ON cases_contact TO csec_app;
GRANT UPDATE (replaced_at, ended_at, ended_by_id, end_sealed) ON cases_contact TO csec_app;
CREATE TRIGGER cases_contact_is_kept BEFORE DELETE ON cases_contact
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE cases_contactnote ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_contactnote FOR SELECT TO csec_app
    USING (case_role(case_id) IN ('counselor', 'social_worker'));
CREATE POLICY enter ON cases_contactnote FOR INSERT TO csec_app
    WITH CHECK ({WRITE} AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_contactnote TO csec_app;
CREATE TRIGGER cases_contactnote_is_append_only BEFORE UPDATE OR DELETE ON cases_contactnote
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE cases_safetyplan ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_safetyplan FOR SELECT TO csec_app
    USING ({NOT_THE_OFFICER} OR (shared_with_sro AND replaced_at IS NULL AND case_access(case_id)));
CREATE POLICY enter ON cases_safetyplan FOR INSERT TO csec_app
    WITH CHECK ({WRITE} AND set_by_id = acting_person() AND replaced_at IS NULL);
CREATE POLICY change ON cases_safetyplan FOR UPDATE TO csec_app USING (case_access(case_id)) WITH CHECK ({WRITE});
GRANT SELECT, INSERT ON cases_safetyplan TO csec_app;
GRANT UPDATE (replaced_at) ON cases_safetyplan TO csec_app;
CREATE TRIGGER cases_safetyplan_is_kept BEFORE DELETE ON cases_safetyplan
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE cases_devicerecord ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_devicerecord FOR SELECT TO csec_app USING (case_access(case_id));
CREATE POLICY enter ON cases_devicerecord FOR INSERT TO csec_app
    WITH CHECK (case_writing(case_id) AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_devicerecord TO csec_app;
CREATE TRIGGER cases_devicerecord_is_append_only BEFORE UPDATE OR DELETE ON cases_devicerecord
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0030_people_and_safety")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
