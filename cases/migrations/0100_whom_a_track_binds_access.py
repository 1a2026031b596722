"""The track of a case takes from nobody who may not open it the answer that no report applies: it would tell them."""

from django.db import migrations

# By the form of their own duty whoever only wrote the concern, is off the case or is kept from it would read that its
# student is a confirmed victim, and later that it was taken back. They answer for what they know, and go by what they
# were asked on; their answer ends no report of a case whose track is unconditional (`enter_reports`). Who comes back to
# a case goes by its track again, which the form of their duty and its verb read there.
OPEN_TO = """
CREATE FUNCTION case_open_to(which uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_case c WHERE c.id = which AND (
            works_as(who, ARRAY['administrator'], c.school_id) OR EXISTS (
                SELECT FROM cases_caseperson p WHERE p.case_id = which AND p.person_id = who AND NOT p.excluded
                    AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
                    AND works_as(who, ARRAY[p.role::text], c.school_id))))
    AND NOT EXISTS (
        SELECT FROM cases_caseperson x WHERE x.case_id = which AND x.person_id = who AND x.excluded
            AND (x.until IS NULL OR x.until > statement_timestamp()))
    $$;
REVOKE EXECUTE ON FUNCTION case_open_to(uuid, uuid) FROM PUBLIC;
"""


def _bound(*, follows: str = "", binds: str = "") -> str:
    return f"""
CREATE OR REPLACE FUNCTION duty_follows_track() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
        WHERE p.case_id = NEW.case_id AND p.kind = 'report' AND NOT p.may_opt_out){follows} THEN
        NEW.may_opt_out := false;
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION track_binds_duties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE cases_reportduty SET may_opt_out = NEW.may_opt_out
        WHERE case_id = NEW.case_id AND ended_at IS NULL{binds};
    RETURN NULL;
END
$$;
"""  # noqa: S608


def _asked_again(*changes: tuple[str, str]) -> str:
    """What asks everybody on a case anew, with other words in it; what else it holds stays as it is."""
    replaced = "".join(
        f"""
    changed := replace(body, '{old}', '{new}');
    IF changed = body THEN
        RAISE EXCEPTION 'ask_each_again: what a track lets one say was not found';
    END IF;
    body := changed;"""
        for old, new in changes
    )
    return f"""
DO $do$
DECLARE
    body text := pg_get_functiondef('ask_each_again(uuid, timestamptz, interval, boolean)'::regprocedure);
    changed text;
BEGIN{replaced}
    EXECUTE body;
END
$do$;
"""


# Also of whoever is on the case by name, and holds the role no more by which they could open it.
_STILL = "AND d.ended_at IS NULL AND opt_out IS NOT NULL"
_ANEW = "coalesce(opt_out, l.may_opt_out)"
AGAIN = (
    (_STILL, f"{_STILL} AND case_open_to(which, d.person_id)"),
    (_ANEW, "coalesce(CASE WHEN case_open_to(which, l.person_id) THEN opt_out END, l.may_opt_out)"),
)
FORWARDS = (
    OPEN_TO
    + _bound(
        follows=" AND case_open_to(NEW.case_id, NEW.person_id)",
        binds=" AND case_open_to(case_id, person_id)",
    )
    + _asked_again(*AGAIN)
)
BACKWARDS = (
    _asked_again(*((new, old) for old, new in AGAIN)) + _bound() + "DROP FUNCTION case_open_to(uuid, uuid);"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0099_opens_when_a_report_is_late_access")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
