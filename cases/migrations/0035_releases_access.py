from django.db import migrations

TABLES = ("cases_release", "cases_releasereview", "cases_interview")

# What left the school is read and written by whoever carries or answers for the case, and by counsel on it: not by the
# officer, and not by who reads the case in an emergency. Everybody writes in their own name.
FUNCTION = """
CREATE FUNCTION release_access(which uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT case_role(which) IN ('counselor', 'social_worker', 'administrator', 'liaison', 'counsel')
    $$;
REVOKE EXECUTE ON FUNCTION release_access(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION release_access(uuid) TO csec_app;
"""
ACCESS = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON {table} TO csec_app USING (release_access(case_id))
    WITH CHECK (release_access(case_id) AND by_id = acting_person());
GRANT SELECT, INSERT ON {table} TO csec_app;
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
    for table in TABLES
)
# Only counsel says that counsel has read the list. A correction, and what was read last, are of the same case.
RULES = """
ALTER POLICY need_to_know ON cases_releasereview
    WITH CHECK (case_role(case_id) = 'counsel' AND by_id = acting_person());
ALTER TABLE cases_release ADD CONSTRAINT cases_release_of_case UNIQUE (id, case_id);
ALTER TABLE cases_release ADD CONSTRAINT cases_release_corrects_same_case
    FOREIGN KEY (corrects_id, case_id) REFERENCES cases_release (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_releasereview ADD CONSTRAINT cases_releasereview_same_case
    FOREIGN KEY (last_id, case_id) REFERENCES cases_release (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_interview ADD CONSTRAINT cases_interview_of_case UNIQUE (id, case_id);
ALTER TABLE cases_interview ADD CONSTRAINT cases_interview_corrects_same_case
    FOREIGN KEY (corrects_id, case_id) REFERENCES cases_interview (id, case_id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0034_releases")]

    operations = [migrations.RunSQL(FUNCTION + ACCESS + RULES, migrations.RunSQL.noop)]
