from django.db import migrations

# An officer is nobody at a school without an agreement that makes them a school official there and then.
AGREED = """
CREATE OR REPLACE FUNCTION works_as(who uuid, roles text[], at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id
        WHERE m.person_id = who AND u.is_active AND m.role = ANY (roles)
            AND (m.school_id = at_school OR m.school_id IS NULL OR m.role = 'sro')
            AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
            AND (m.role <> 'sro' OR m.agreed_on <= school_day(at_school)
                AND (m.agreed_until IS NULL OR m.agreed_until >= school_day(at_school))))
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_exclusions_access"), ("accounts", "0010_agreement")]

    operations = [migrations.RunSQL(AGREED, migrations.RunSQL.noop)]
