from django.db import migrations

# In which language somebody reads is theirs alone to choose: not their administrator's, and not the liaison's.
FUNCTIONS = """
CREATE FUNCTION hold_language() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID)
        AND acting_person() IS DISTINCT FROM OLD.id THEN
        RAISE EXCEPTION 'The language is this person''s own to choose.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION hold_language() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_language() TO csec_app;
CREATE TRIGGER accounts_user_language_is_ones_own BEFORE UPDATE OF language ON accounts_user
    FOR EACH ROW WHEN (NEW.language <> OLD.language) EXECUTE FUNCTION hold_language();
GRANT UPDATE (language) ON accounts_user TO csec_app;
"""
BACK = """
REVOKE UPDATE (language) ON accounts_user FROM csec_app;
DROP TRIGGER accounts_user_language_is_ones_own ON accounts_user;
DROP FUNCTION hold_language();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_language")]

    operations = [migrations.RunSQL(FUNCTIONS, BACK)]
