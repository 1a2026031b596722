from django.db import migrations

# An officer who enters facts of the school's into the website writes down that they left: in their own name, and without
# reading the list of what left.
POLICY = """
CREATE POLICY from_website ON cases_release FOR INSERT TO csec_app WITH CHECK (
    case_role(case_id) = 'sro' AND by_id = acting_person() AND recipient_kind = 'law_enforcement'
    AND corrects_id IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0041_case_links_access")]

    operations = [migrations.RunSQL(POLICY, "DROP POLICY from_website ON cases_release;")]
