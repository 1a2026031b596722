"""
What is asked of the liaison over all schools passes drills by at once, and tells nobody of a second case kept from them.

A drill that somebody has left lies where what is oldest and latest lies, at the head of the liaison's lists. It was kept
away there case by case; now by its school, before any case of it is looked at. And no case or concern changes sides later.
"""

from django.db import migrations

_REAL = "EXISTS (SELECT FROM directory_school s WHERE s.id = c.school_id AND s.drill_id IS NULL)"


def _changed(function: str, old: str, new: str) -> str:
    """A function with other words in it; what else it holds stays as it is."""
    return f"""
DO $do$
DECLARE
    body text := pg_get_functiondef('{function}'::regprocedure);
    changed text := replace(body, $q${old}$q$, $q${new}$q$);
BEGIN
    IF changed = body THEN
        RAISE EXCEPTION '{function}: what is to be changed was not found';
    END IF;
    EXECUTE changed;
END
$do$;
"""


#: Each with its text before and after.
OF_DISTRICT = (
    "WHERE c.status = 'open' AND (c.late_from, c.id) > (",
    "WHERE c.status = 'open' AND s.drill_id IS NOT DISTINCT FROM (SELECT acting_drill()) AND (c.late_from, c.id) > (",
)
TO_REVIEW = (
    "WHERE is_liaison() OR works_as(acting_person(), ARRAY['administrator'], s.id)",
    "WHERE s.drill_id IS NOT DISTINCT FROM (SELECT acting_drill())"
    " AND (is_liaison() OR works_as(acting_person(), ARRAY['administrator'], s.id))",
)
# The worker finds no drill in it; of the liaison neither case is kept.
BESIDE = (
    "WHERE (o.opened_at, o.id) < (c.opened_at, c.id)",
    f"WHERE (o.opened_at, o.id) < (c.opened_at, c.id) AND {_REAL}",
)
# Whose side a case is on, asked without a call for each.
ROLE = (
    "on_side_of(u.drill_id, at_school)",
    "u.drill_id IS NOT DISTINCT FROM (SELECT s.drill_id FROM directory_school s WHERE s.id = at_school)",
)
KEPT_AWAY = (
    "SELECT FROM cases_case c WHERE c.id = which AND NOT on_side_of(acting_drill(), c.school_id)",
    "SELECT FROM cases_case c JOIN directory_school s ON s.id = c.school_id"
    " WHERE c.id = which AND s.drill_id IS DISTINCT FROM acting_drill()",
)
# The view is asked once, and not for each case of a side.
FOR_LIAISON = (
    "SELECT DISTINCT v.case_id FROM cases_asked_of_district v\n    JOIN cases_case c",
    "WITH asked AS MATERIALIZED (SELECT DISTINCT case_id FROM cases_asked_of_district)\n"
    "    SELECT v.case_id FROM asked v\n    JOIN cases_case c",
)
CHANGES = {
    "cases_for_liaison()": FOR_LIAISON,
    "cases_of_district(uuid, boolean, uuid, integer)": OF_DISTRICT,
    "cases_to_review(timestamptz, boolean, timestamptz, uuid, integer)": TO_REVIEW,
    "cases_beside()": BESIDE,
    "case_role(uuid)": ROLE,
    "kept_away(uuid)": KEPT_AWAY,
}
FORWARDS = "".join(_changed(function, old, new) for function, (old, new) in CHANGES.items())
BACKWARDS = "".join(_changed(function, new, old) for function, (old, new) in CHANGES.items())

# Both are asked about every open case; in CASE, so that the school is looked at first.
_ASKED_OF_ALL = ("NOT case_carried(c.id, c.school_id)", "NOT case_administered(c.id, c.school_id)")
# From whom one of the two is kept, the other is not asked of by that: it would tell them that there is one. By both
# ids, so that only pairs are looked at and not every case that could be half of one.
_TOLD = "CASE WHEN v.beside_id <> v.case_id THEN kept_away(v.beside_id) END"
ASKED = f"""
DO $do$
DECLARE
    body text := rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10));
    before text;
    asked text;
BEGIN
    FOREACH asked IN ARRAY ARRAY['{_ASKED_OF_ALL[0]}', '{_ASKED_OF_ALL[1]}'] LOOP
        before := body;
        body := replace(body, asked, 'CASE WHEN {_REAL} THEN ' || asked || ' ELSE false END');
        IF body = before THEN
            RAISE EXCEPTION 'cases_asked_of_district: what is asked about every case was not found';
        END IF;
    END LOOP;
    before := body;
    body := regexp_replace(body, '(FROM cases_second v)$', '\\1 WHERE NOT {_TOLD}');
    IF body = before THEN
        RAISE EXCEPTION 'cases_asked_of_district: what asks for second cases was not found';
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS ' || body;
END
$do$;
"""
NOT_ASKED = r"""
DO $do$
DECLARE
    now_asked text := rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10));
    before text := regexp_replace(
        regexp_replace(now_asked, '(FROM cases_second v)\s+WHERE .*$', '\1'),
        'CASE\s+WHEN \(EXISTS \( SELECT\s+FROM directory_school s\s+WHERE [^)]*\) AND [^)]*\)+ THEN \((NOT case_\w+\([^)]*\))\)'
            || '\s+ELSE false\s+END',
        '(\1)', 'g');
BEGIN
    IF before LIKE '%drill_id%' OR before LIKE '%kept_away%' THEN
        RAISE EXCEPTION 'cases_asked_of_district: what passes drills by was not found';
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS ' || before;
END
$do$;
"""

# What was begun on one side stays there.
STAYS = "".join(
    f"""
CREATE POLICY stays_on_side ON {table} AS RESTRICTIVE FOR UPDATE TO csec_app USING (true)
    WITH CHECK (EXISTS (SELECT FROM directory_school s WHERE s.id = school_id));
"""
    for table in ("cases_case", "cases_concern")
)
STAYS_NOT = """
DROP POLICY stays_on_side ON cases_case;
DROP POLICY stays_on_side ON cases_concern;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0081_when_anothers_report_is_late_access")]

    operations = [migrations.RunSQL(FORWARDS + ASKED + STAYS, STAYS_NOT + NOT_ASKED + BACKWARDS)]
