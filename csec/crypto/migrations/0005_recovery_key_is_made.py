from django.db import migrations

# Whether there is one, and nothing of it: for the first screen of the liaison. The table stays the owner's alone.
IS_MADE = """
CREATE FUNCTION recovery_key_is_made() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM crypto_recoverykey) $$;
REVOKE EXECUTE ON FUNCTION recovery_key_is_made() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recovery_key_is_made() TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("crypto", "0004_recovery_key")]

    operations = [migrations.RunSQL(IS_MADE, "DROP FUNCTION recovery_key_is_made();")]
