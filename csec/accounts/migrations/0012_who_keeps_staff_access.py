from django.db import migrations

# Who keeps the staff: the district liaison everybody, an administrator what they give at their own school; nobody
# themselves, and nobody in whose name nobody acts. The day of a membership is the school's, which may be the one before
# or after PostgreSQL's: the application decides that, and PostgreSQL leaves a day's room.
FUNCTIONS = """
-- Whether the acting person gives, changes and takes away this role at this school (of the district: no school).
CREATE FUNCTION keeps_role(in_role text, at_school uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.person_id = acting_person()
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1)
            AND (m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = at_school
                AND in_role IN ('counselor', 'social_worker', 'sro', 'reporter'))))
    $$;

-- Whether the acting person is one of those who let others in.
CREATE FUNCTION keeps_staff() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.person_id = acting_person() AND m.role IN ('liaison', 'administrator')
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1))
    $$;

-- Whether the acting person may close somebody's account: another's, all of whose roles they keep.
CREATE FUNCTION closes_account(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT acting_person() IS NOT NULL AND who <> acting_person() AND (keeps_role('', NULL) OR (
        EXISTS (
            SELECT FROM accounts_membership m
            WHERE m.person_id = who AND (m.until IS NULL OR m.until > current_date - 1)
                AND keeps_role(m.role, m.school_id))
        AND NOT EXISTS (
            SELECT FROM accounts_membership m
            WHERE m.person_id = who AND (m.until IS NULL OR m.until > current_date + 1)
                AND NOT keeps_role(m.role, m.school_id))))
    $$;

-- Name, address and whether it is open are others' to change; a password is one's own, or sign-in's, when nobody acts.
CREATE FUNCTION hold_account() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
DECLARE
    by_another CONSTANT boolean := acting_person() IS NOT NULL AND acting_person() <> OLD.id;
BEGIN
    IF current_user = (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF NEW.password <> OLD.password AND by_another
        OR (NEW.name, NEW.email) <> (OLD.name, OLD.email) AND NOT (by_another AND keeps_role('', NULL))
        OR NEW.is_active AND NOT OLD.is_active AND NOT (by_another AND keeps_role('', NULL))
        OR OLD.is_active AND NOT NEW.is_active AND NOT coalesce(closes_account(OLD.id), false) THEN
        RAISE EXCEPTION 'This account is not the acting person''s to change.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER accounts_user_is_kept_by_others BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION hold_account();

-- The first person who may let others in. The application may call it, for a command that runs with its rights: while
-- there is a liaison it refuses. Somebody who is known by this address already is given the role.
CREATE FUNCTION first_liaison(new uuid, called text, address text, secret text, from_day date) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    who uuid;
BEGIN
    LOCK TABLE accounts_membership IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.role = 'liaison' AND (m.until IS NULL OR m.until > current_date - 1)) THEN
        RETURN NULL;
    END IF;
    UPDATE accounts_user u SET is_active = true WHERE lower(u.email) = lower(address) RETURNING u.id INTO who;
    IF who IS NULL THEN
        INSERT INTO accounts_user (id, email, name, password, is_active) VALUES (new, address, called, secret, true);
        who := new;
    END IF;
    INSERT INTO accounts_membership (id, person_id, role, weekdays, since)
        VALUES (gen_random_uuid(), who, 'liaison', '{}', from_day);
    RETURN who;
END
$$;
"""

POLICIES = """
ALTER POLICY give ON accounts_membership
    WITH CHECK (person_id <> acting_person() AND keeps_role(role, school_id));
ALTER POLICY change ON accounts_membership
    USING (person_id <> acting_person() AND keeps_role(role, school_id))
    WITH CHECK (person_id <> acting_person() AND keeps_role(role, school_id));

-- Whose it is, which and where, and since when, stays: another role is another row.
REVOKE UPDATE ON accounts_membership FROM csec_app;
GRANT UPDATE (receives, cover_id, weekdays, until, agreed_on, agreed_until) ON accounts_membership TO csec_app;

ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON accounts_user FOR SELECT TO csec_app, csec_worker USING (true);
CREATE POLICY let_in ON accounts_user FOR INSERT TO csec_app WITH CHECK (keeps_staff());
CREATE POLICY change ON accounts_user FOR UPDATE TO csec_app USING (true);
-- Who somebody is to everything that names them is never changed.
REVOKE UPDATE ON accounts_user FROM csec_app;
GRANT UPDATE (password, last_login, email, name, is_active) ON accounts_user TO csec_app;

-- Whoever closes an account takes its calendar address and the links that wait along.
ALTER POLICY revoke ON accounts_calendarfeed
    USING (person_id = acting_person() OR closes_account(person_id))
    WITH CHECK (person_id = acting_person() OR closes_account(person_id));
GRANT DELETE ON accounts_passwordreset TO csec_app;
"""

OURS = (
    "keeps_role(text, uuid)",
    "keeps_staff()",
    "closes_account(uuid)",
    "hold_account()",
    "first_liaison(uuid, text, text, text, date)",
)
GRANTS = "".join(
    f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO csec_app;\n"
    for name in OURS
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_letters")]

    operations = [migrations.RunSQL(FUNCTIONS + POLICIES + GRANTS, migrations.RunSQL.noop)]
