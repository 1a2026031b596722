from django.db import migrations

# Read and written by those who read and write what left the school; everybody in their own name, and never changed.
# One that leaves the district is a release of the same case.
ACCESS = """
ALTER TABLE cases_paper ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_paper TO csec_app USING (release_access(case_id))
    WITH CHECK (release_access(case_id) AND by_id = acting_person());
GRANT SELECT, INSERT ON cases_paper TO csec_app;
CREATE TRIGGER cases_paper_is_append_only BEFORE UPDATE OR DELETE ON cases_paper
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE cases_paper ADD CONSTRAINT cases_paper_release_of_same_case
    FOREIGN KEY (release_id, case_id) REFERENCES cases_release (id, case_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_paper ADD CONSTRAINT cases_paper_digest_is_a_sha256 CHECK (octet_length(digest) = 32);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0065_papers"), ("audit", "0008_digest_of_a_paper")]

    operations = [migrations.RunSQL(ACCESS, migrations.RunSQL.noop)]
