from django.db import migrations

# Who carries a case and answers for its school as well reviews it too, by that office: where it is one person, nobody
# else may, neither at the school nor the liaison.
REVIEWING = """
CREATE OR REPLACE FUNCTION may_review_case(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE case_role(which)
        WHEN 'administrator' THEN true
        WHEN 'counselor' THEN works_as(acting_person(), ARRAY['administrator'], c.school_id)
        WHEN 'social_worker' THEN works_as(acting_person(), ARRAY['administrator'], c.school_id)
        WHEN 'liaison' THEN NOT case_administered(which, c.school_id)
        ELSE false
    END
    FROM cases_case c WHERE c.id = which
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0075_late_as_the_lists_say_access")]

    operations = [migrations.RunSQL(REVIEWING, migrations.RunSQL.noop)]
