"""What waits in a case that its reader does not see comes with its school's zone: its moments are written in that."""

from django.db import migrations


def _changed(function: str, *changes: tuple[str, str]) -> str:
    """A function with another column: made anew from what it is, for what a function returns cannot be changed."""
    steps = "".join(
        f"""
    IF strpos(body, $q${old}$q$) = 0 THEN
        RAISE EXCEPTION '{function}: what is to be changed was not found';
    END IF;
    body := replace(body, $q${old}$q$, $q${new}$q$);"""
        for old, new in changes
    )
    return f"""
DO $do$
DECLARE
    body text := pg_get_functiondef('{function}'::regprocedure);
BEGIN{steps}
    DROP FUNCTION {function};
    EXECUTE body;
END
$do$;
REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {function} TO csec_app;
"""


#: Each with its text before and after. Whoever receives reads their own school's time, whoever sent theirs.
OF_TRANSFERS = (
    ("mine text, state text", "mine text, zone text, state text"),
    ("f.name AS from_school,", "f.name AS from_school, f.time_zone AS from_zone, s.time_zone AS to_zone,"),
    ("'receive', w.state", "'receive', w.to_zone, w.state"),
    ("'sent', w.state", "'sent', w.from_zone, w.state"),
    ("'school', w.state", "'school', w.to_zone, w.state"),
)
TO_COVER = (
    ("school text, asked_at", "school text, zone text, asked_at"),
    ("s.name, q.asked_at", "s.name, s.time_zone, q.asked_at"),
)
TO_REVIEW = (
    ("school text, opened_at", "school text, zone text, opened_at"),
    ("SELECT s.id, s.name FROM", "SELECT s.id, s.name, s.time_zone FROM"),
    ("m.name AS school, c.opened_at", "m.name AS school, m.time_zone AS zone, c.opened_at"),
    ("o.school, o.opened_at", "o.school, o.zone, o.opened_at"),
)
CHANGES = {
    "transfers_waiting(timestamptz)": OF_TRANSFERS,
    "requests_to_cover()": TO_COVER,
    "cases_to_review(timestamptz, boolean, timestamptz, uuid, integer)": TO_REVIEW,
}
FORWARDS = "".join(_changed(function, *changes) for function, changes in CHANGES.items())
BACKWARDS = "".join(
    _changed(function, *((new, old) for old, new in changes)) for function, changes in CHANGES.items()
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0088_late_in_district_access")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
