from django.db import migrations

# The officer reads what was recorded of the steps that are theirs too, and of what they were asked; of the others how
# they stand, and the facts that the definition shares.
USING = """
ALTER POLICY need_to_know ON cases_entryevidence USING (
    compartment_access(case_id, compartment, author_id)
    AND (compartment <> 'team' OR case_role(case_id) <> 'sro' OR EXISTS (
        SELECT FROM cases_entry e JOIN cases_steppart p ON p.id = e.part_id
        WHERE e.id = entry_id AND ('sro' = ANY (p.actors) OR p.kind = 'sro_request'))));
"""
BEFORE = """
ALTER POLICY need_to_know ON cases_entryevidence USING (compartment_access(case_id, compartment, author_id));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0027_sheets_are_read")]

    operations = [migrations.RunSQL(USING, BEFORE)]
