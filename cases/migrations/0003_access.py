from django.db import migrations

# The rule of need-to-know, once more behind `visible_to`. One function, owned by the owner and running as the
# owner, so that the policies do not ask each other in a circle; the application cannot replace it. They are asked
# for each row: COST tells the planner to look rows up first, and without sequential scans a plan that a connection made
# while the tables were small stays right when they have grown.
FUNCTIONS = """
CREATE FUNCTION case_role(which uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
DECLARE
    me CONSTANT uuid := acting_person();
    found record;
    found_role text;
BEGIN
    IF me IS NULL OR which IS NULL THEN
        RETURN NULL;
    END IF;
    FOR found IN
        SELECT p.role, p.excluded, p.since FROM cases_caseperson p
        WHERE p.case_id = which AND p.person_id = me
            AND (p.until IS NULL OR p.until > statement_timestamp())
        ORDER BY p.excluded DESC, p.since, p.id
    LOOP
        IF found.excluded THEN
            RETURN NULL;
        END IF;
        IF found.since <= statement_timestamp() THEN
            RETURN found.role;
        END IF;
    END LOOP;
    SELECT m.role INTO found_role FROM cases_case c JOIN accounts_membership m
            ON m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = c.school_id)
        WHERE c.id = which AND m.person_id = me
            AND m.since <= current_date AND (m.until IS NULL OR m.until > current_date)
        ORDER BY m.role LIMIT 1;
    RETURN found_role;
END
$$;

CREATE FUNCTION case_access(which uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$ SELECT case_role(which) IS NOT NULL $$;

-- Being put on a case comes before the case itself: until it is committed it is nobody else's.
CREATE FUNCTION case_is_new(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT NOT EXISTS (SELECT FROM cases_case WHERE id = which) $$;

-- How a part stands, that an entry was made, and its shared facts: everybody on the case; of the counselor's,
-- not the SRO.
CREATE FUNCTION entry_access(which uuid, compartment text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$ SELECT CASE WHEN compartment = 'counseling' THEN case_role(which) <> 'sro' ELSE case_access(which) END $$;

-- The evidence itself.
CREATE FUNCTION compartment_access(which uuid, compartment text, author uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE compartment
        WHEN 'team' THEN case_access(which)
        WHEN 'counseling' THEN case_role(which) IN ('counselor', 'social_worker')
        WHEN 'sro' THEN case_role(which) IN ('sro', 'administrator', 'counselor', 'social_worker')
        WHEN 'reporter' THEN case_access(which) AND author = acting_person()
        ELSE false
    END
    $$;

CREATE FUNCTION concern_access(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT acting_person() IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = acting_person())
        AND (
            EXISTS (SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = acting_person())
            OR EXISTS (
                SELECT FROM cases_concern c WHERE c.id = which
                    AND (acting_person() IN (c.receiver_id, c.backup_id)
                        OR case_role(c.case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison')))
        )
    $$;

-- The receiver's and the backup's: to deal with it, and to see the author's name when it is shown.
CREATE FUNCTION concern_held(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT EXISTS (
        SELECT FROM cases_concern c WHERE c.id = which AND acting_person() IN (c.receiver_id, c.backup_id)) $$;

-- Who opened a case and when: read by those who may open it themselves, never the log as a whole.
CREATE FUNCTION case_readers(which uuid) RETURNS TABLE (person uuid, first_at timestamptz, last_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT e.actor, min(e.at), max(e.at) FROM audit_event e
    WHERE e.case_id = which AND e.verb = 'case_viewed' AND e.result = 'done' AND case_access(which)
    GROUP BY e.actor
    $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION case_readers(uuid);
DROP FUNCTION concern_held(uuid);
DROP FUNCTION concern_access(uuid);
DROP FUNCTION compartment_access(uuid, text, uuid);
DROP FUNCTION entry_access(uuid, text);
DROP FUNCTION case_is_new(uuid);
DROP FUNCTION case_access(uuid);
DROP FUNCTION case_role(uuid);
"""

# table: (who may read a row, who may write one, what may be done)
POLICIES = {
    "cases_case": ("case_access(id)", "case_access(id)", "SELECT, INSERT, UPDATE"),
    "cases_caseperson": (
        "case_access(case_id)",
        "case_access(case_id) OR case_is_new(case_id)",
        "SELECT, INSERT, UPDATE",
    ),
    "cases_decision": (
        "case_role(case_id) <> 'sro'",
        "case_access(case_id) AND by_id = acting_person()",
        "SELECT, INSERT",
    ),
    "cases_trackrun": ("case_access(case_id)", "case_access(case_id)", "SELECT, INSERT, UPDATE"),
    "cases_steppart": (
        "entry_access(case_id, compartment)",
        "case_access(case_id)",
        "SELECT, INSERT, UPDATE",
    ),
    "cases_srorequest": ("case_access(case_id)", "case_access(case_id)", "SELECT, INSERT, UPDATE"),
    "cases_entry": (
        "entry_access(case_id, compartment)",
        "case_access(case_id) AND coalesce(actor_id, acting_person()) = acting_person()",
        "SELECT, INSERT",
    ),
    "cases_entryevidence": (
        "compartment_access(case_id, compartment, author_id)",
        "case_access(case_id) AND author_id = acting_person()",
        "SELECT, INSERT",
    ),
    "cases_concern": (
        "concern_access(id)",
        "acting_person() IS NOT NULL",
        "SELECT, INSERT, UPDATE",
    ),
    "cases_concernauthor": (
        "person_id = acting_person() OR (name_shown AND concern_held(concern_id))",
        "person_id = acting_person()",
        "SELECT, INSERT",
    ),
    "cases_concernexclusion": (
        "concern_access(concern_id)",
        "concern_access(concern_id)",
        "SELECT, INSERT",
    ),
    "cases_concerncorrection": (
        "concern_access(concern_id)",
        "concern_access(concern_id) AND by_id = acting_person()",
        "SELECT, INSERT",
    ),
    "cases_concernaddition": (
        "concern_access(concern_id)",
        "concern_access(concern_id)",
        "SELECT, INSERT",
    ),
}


def policy(table: str, read: str, write: str, grants: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY need_to_know ON {table} TO csec_app USING ({read}) WITH CHECK ({write});
        GRANT {grants} ON {table} TO csec_app;
        """,
        f"""
        REVOKE ALL ON {table} FROM csec_app;
        DROP POLICY need_to_know ON {table};
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_integrity"),
        ("accounts", "0002_access"),
        ("crypto", "0002_access"),
        ("protocols", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *[policy(table, *rules) for table, rules in POLICIES.items()],
        migrations.RunSQL(
            "CREATE POLICY scope ON crypto_datakey FOR SELECT TO csec_app"
            " USING (case_access(scope) OR concern_access(scope));",
            "DROP POLICY scope ON crypto_datakey;",
        ),
    ]
