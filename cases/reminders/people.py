"""
To whom something may be said, as pieces of SQL: whoever may open the case, and is there on the day.

The same rule as `visible_to` and `case_role`, for the worker, who is nobody in particular: of the liaison, what has
climbed so far that the case asks for the district. `at` is a parameter of
every statement; `c` is a case, `k` a concern, `s` its school.
"""

#: The day at the school.
TODAY = "(%(at)s AT TIME ZONE s.time_zone)::date"

#: Whole days that have passed.
EACH_DAY = "floor(extract(epoch FROM %(at)s - {since}) / 86400)::int"

#: Who is what at which school today, as a first WITH: (person_id, role, school_id, there). A person of the district is
#: it at every school, and so is an officer. `there` is false on days away and on the weekdays of another school.
STAFF = f"""
    staff AS MATERIALIZED (
        SELECT m.person_id, m.role, s.id AS school_id, bool_or(
            NOT EXISTS (
                SELECT FROM accounts_away a WHERE a.person_id = m.person_id AND a.withdrawn_at IS NULL
                    AND {TODAY} BETWEEN a.first_day AND a.last_day)
            AND (cardinality(m.weekdays) = 0 OR extract(isodow FROM {TODAY}) > 5
                OR extract(isodow FROM {TODAY})::int - 1 = ANY (m.weekdays))
        ) AS there
        FROM accounts_membership m
        JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        JOIN directory_school s ON s.id = m.school_id OR m.school_id IS NULL OR m.role = 'sro'
        WHERE m.since <= {TODAY} AND (m.until IS NULL OR m.until > {TODAY})
            AND (m.role <> 'sro'
                OR m.agreed_on <= {TODAY} AND (m.agreed_until IS NULL OR m.agreed_until >= {TODAY}))
        GROUP BY m.person_id, m.role, s.id
    )
"""

#: Whether `{case}` is kept from `{person}`.
EXCLUDED = """EXISTS (
    SELECT FROM cases_caseperson x WHERE x.case_id = {case} AND x.person_id = {person}
        AND x.excluded AND (x.until IS NULL OR x.until > %(at)s))"""

#: Who is on the cases of `{cases}` (a table with case_id), in a role still held there.
ON_CASE = f"""
    SELECT p.case_id, p.person_id, p.role, f.there
    FROM {{cases}} AS of_case JOIN cases_case c ON c.id = of_case.case_id
    JOIN cases_caseperson p ON p.case_id = c.id AND NOT p.excluded
        AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
    JOIN staff f ON f.person_id = p.person_id AND f.role = p.role AND f.school_id = c.school_id
    WHERE NOT {EXCLUDED.format(case="p.case_id", person="p.person_id")}
"""

#: Who answers for the cases of `{cases}`, past whoever is excluded.
OVERSEERS = f"""
    SELECT DISTINCT c.id AS case_id, f.person_id, f.role
    FROM {{cases}} AS of_case JOIN cases_case c ON c.id = of_case.case_id
    JOIN staff f ON f.school_id = c.school_id AND f.role IN ('administrator', 'liaison')
    WHERE NOT {EXCLUDED.format(case="c.id", person="f.person_id")}
"""

#: The same where a case may not be open to the liaison: they are told only where no administrator is there.
FIRST_TO_ANSWER = f"""
    SELECT v.case_id, v.person_id FROM ({OVERSEERS}) AS v
    WHERE v.role = 'administrator' OR NOT EXISTS (
        SELECT FROM ({OVERSEERS}) AS a WHERE a.case_id = v.case_id AND a.role = 'administrator')
"""

#: Who covers the officers of `{requests}` (a table with id, case_id, school_id and officer_id), and is there:
#: (request_id, person_id), past whoever is excluded.
COVERS = f"""
    SELECT DISTINCT q.id AS request_id, f.person_id
    FROM {{requests}} AS q JOIN directory_school s ON s.id = q.school_id
    JOIN accounts_membership h ON h.person_id = q.officer_id AND h.role = 'sro'
        AND h.since <= {TODAY} AND (h.until IS NULL OR h.until > {TODAY})
    JOIN staff f ON f.person_id = h.cover_id AND f.school_id = q.school_id AND f.role = 'sro' AND f.there
    WHERE NOT {EXCLUDED.format(case="q.case_id", person="f.person_id")}
"""

#: Who may deal with the concerns of `{concerns}` (a table with concern_id), past whoever they go past: (concern_id,
#: person_id, named, there). `named` is 1 for the receiver, 2 for the backup, 3 for those who answer for the school.
OF_CONCERN = """
    SELECT k.id AS concern_id, f.person_id, min(w.named) AS named, bool_or(f.there) AS there
    FROM {concerns} AS of_concern JOIN cases_concern k ON k.id = of_concern.concern_id
    JOIN staff f ON f.school_id = k.school_id
        AND f.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
    CROSS JOIN LATERAL (
        SELECT 1 AS named WHERE f.person_id = k.receiver_id
        UNION ALL SELECT 2 WHERE f.person_id = k.backup_id
        UNION ALL SELECT 3 WHERE f.role IN ('administrator', 'liaison')
    ) AS w
    WHERE NOT EXISTS (
        SELECT FROM cases_concernexclusion e
        WHERE e.concern_id = k.id AND e.person_id = f.person_id AND e.lifted_at IS NULL)
    GROUP BY k.id, f.person_id
"""

#: Of a schedule `l`: whoever it names, or who covers, is not named or has left the school.
UNCOVERED = """(
    SELECT count(DISTINCT f.person_id) FROM staff f
    WHERE f.school_id = c.school_id AND f.person_id IN (l.person_id, l.cover_id)
        AND f.role IN ('counselor', 'social_worker', 'administrator', 'liaison')) < 2"""

#: A message goes out at once, or at the end of the night in the school's zone.
AT_ONCE = "%(at)s"
AFTER_THE_NIGHT = """
    CASE
        WHEN (%(at)s AT TIME ZONE s.time_zone)::time >= %(quiet_from)s
            THEN ((%(at)s AT TIME ZONE s.time_zone)::date + 1 + %(quiet_until)s) AT TIME ZONE s.time_zone
        WHEN (%(at)s AT TIME ZONE s.time_zone)::time < %(quiet_until)s
            THEN ((%(at)s AT TIME ZONE s.time_zone)::date + %(quiet_until)s) AT TIME ZONE s.time_zone
        ELSE %(at)s
    END
"""
