"""
Which tests are nearest to a rule that very many pages rest on: asked before all that it serves.

What serves few routes and verbs is found by their names (serving.py); what serves nearly all would be shown to hundreds
of tests, one after the other, before the one that is about it.
"""

import re

from tests.mutation.serving import A_ROUTE, A_STATE, FINDING, FOR_THEMSELVES
from tests.mutation.serving import NESTED as NESTED_IN

CASES, ACCOUNTS, DISTRICT = "tests/cases/test_{}.py", "tests/accounts/test_{}.py", "tests/district/test_{}.py"
DRILLS, DRAFTS = "tests/drills/test_{}.py", "tests/drafts/test_{}.py"
ROUTES = "tests/test_routes.py"
#: What each query finds, past row-level security, by everybody.
QUERIES = "tests/matrix/test_need_to_know.py::test_the_queries_find_the_same_without_postgresqls_rules"
CONDITIONS = "tests/matrix/test_conditions.py"
TRIED, TRIED_OF_CONCERN = (
    A_STATE.replace("{state}-{verb}", "{{}}").format(thing=thing) for thing in ("case", "concern")
)
DONE_FOR_ONESELF = FOR_THEMSELVES.format(verb="{}")
A_PAGE, NESTED = A_ROUTE.format(route="{}"), NESTED_IN.format(route="{}")


def of(pattern: str, *names: str) -> list[str]:
    return [pattern.format(name) for name in names]


#: By how an id begins, as a regular expression; the first that fits.
NEAREST = {
    r"cases\.forms\.students\.": list(FINDING),
    r"cases\.forms\.intake\.staff_of": [
        *of(CASES, "log_concern", "which_school", "open_targeted_case", "add_person"),
    ],
    r"cases\.permissions\.concerns\._holds": [
        *of(TRIED_OF_CONCERN, "received-accept_concern", "received-close_concern", "attached-accept_concern"),
        *of(
            CASES,
            "nobodys",
            "accept_concern",
            "taken_and_attached",
            "excluded",
            "not_theirs",
            "match_concern",
        ),
    ],
    r"cases\.permissions\.concerns\.can_match_concern": of(TRIED_OF_CONCERN, "received-match_concern"),
    r"cases\.permissions\.links\.can_open_targeted_case": of(TRIED, "open-open_targeted_case"),
    r"cases\.permissions\.requests": [
        *of(
            DONE_FOR_ONESELF,
            "match_records_request",
            "answer_records_request",
            "open_requested_case",
        ),
        *of(CASES, "match_records_request", "log_records_request", "answer_records_request"),
    ],
    r"cases\.permissions\.reviews\.can_answer_question": [
        *of(TRIED, "open-answer_question"),
        *of(CASES, "answer_question"),
    ],
    r"cases\.permissions\.steps\.": of(CASES, "done_to_a_step"),
    r"cases\.querysets\.CaseQuerySet\.with_person": [CONDITIONS, *of(CASES, "case_lists")],
    r"cases\.querysets\.ConcernQuerySet\.on_first_screen": [
        QUERIES,
        *of(CASES, "first_screen", "waiting", "intake", "supplement_concern", "read_first", "concern_lists"),
    ],
    r"cases\.querysets\.CasePersonQuerySet": [
        *of(
            CASES,
            "who_works_on_it",
            "remove_person",
            "left_alone",
            "exclude_person",
            "case_lists",
            "search",
            "case_page",
            "add_person",
        ),
        "tests/cases/reminders/test_told_beside.py",
    ],
    r"cases\.querysets\.StepPartQuerySet\.with_frozen": of(
        CASES,
        "on_hold",
        "end_custody",
        "frozen_for_each",
        "suspect_parent",
        "record_custody",
        "parent_gate",
        "parents_of_one_student",
    ),
    r"cases\.querysets\._opened_in_emergency": [
        CONDITIONS,
        *of(CASES, "begin_emergency_access", "end_emergency_access"),
        QUERIES,
    ],
    r"cases\.(querysets|models\.transfers)\.": [
        QUERIES,
        CONDITIONS,
        *of(CASES, "accept_concern", "nobodys", "log_records_request", "excluded", "cases"),
    ],
    r"cases\.reading\.history": [*of(CASES, "timeline"), "tests/cases/reminders/test_history.py"],
    r"cases\.views\.around\._contact|cases\.workflow\.around\._lock": [
        *of(NESTED, "cases:change_contact", "cases:end_contact"),
        "tests/matrix/test_verbs.py",
        *of(CASES, "change_contact", "end_contact"),
    ],
    r"cases\.views\.duties\.get_duty": of(A_PAGE, "cases:report_duty", "cases:record_report"),
    r"cases\.views\.pages\.(get_case|_open|get_part)": [
        *of(A_PAGE, "cases:case"),
        *of(NESTED, "cases:record_outcome"),
        *of(A_PAGE, "cases:record_outcome"),
    ],
    r"cases\.views\.pages\.get_concern": of(A_PAGE, "cases:concern"),
    r"cases\.views\.requests\._get": of(CASES, "match_records_request"),
    r"cases\.views\.steps\._get_request": of(
        NESTED, "cases:accept_request", "cases:decline_request", "cases:report_back"
    ),
    r"cases\.views\.transfers\._get": [
        *of(CASES, "offer_transfer"),
        *of(A_PAGE, "cases:transfer", "cases:accept_transfer"),
    ],
    r"cases\.workflow\.handover\._lock": [
        *of(TRIED, "offered-accept_transfer"),
        *of(CASES, "accept_transfer"),
    ],
    r"cases\.workflow\.requested\.lock_request": [
        *of(CASES, "match_records_request"),
        *of(
            DONE_FOR_ONESELF,
            "match_records_request",
        ),
    ],
    r"cases\.workflow\.steps\.lock_part": [
        "tests/matrix/test_verbs.py",
        *of(TRIED, "open-record_outcome"),
        *of(CASES, "record_outcome"),
    ],
    r"cases\.workflow\.verbs\.": [
        *of(TRIED, "open-record_outcome", "open-add_person", "open-close_case"),
        *of(TRIED_OF_CONCERN, "received-close_concern"),
        *of(CASES, "told_and_open", "not_theirs"),
    ],
    r"csec\.accounts\.models\.User\.(twin_in_drill|may_sign_in)": [
        *of(DRILLS, "over_time", "apart", "begin_drill"),
        *of(ACCOUNTS, "sessions", "memberships", "passwords"),
    ],
    r"csec\.accounts\.models\.User\.(is_new|oversees)": [
        *of(DISTRICT, "people", "invite_person", "invite_again", "by_everybody"),
        *of(ACCOUNTS, "resets"),
        *of(CASES, "all_schools", "which_school"),
    ],
    r"csec\.accounts\.models\.": [
        *of(ACCOUNTS, "memberships", "receivers"),
        *of(CASES, "which_school", "log_concern", "officers_change"),
        *of(DISTRICT, "record_agreement", "people"),
        "tests/test_roles_in_time.py",
        QUERIES,
    ],
    r"csec\.accounts\.passwords": of(ACCOUNTS, "passwords", "change_password", "resets"),
    r"csec\.accounts\.resets": of(ACCOUNTS, "resets", "enumeration")
    + of(DISTRICT, "invite_person", "invite_again", "change_person"),
    r"csec\.accounts\.(sessions|backend)": of(ACCOUNTS, "sessions"),
    r"csec\.accounts\.tries": of(ACCOUNTS, "tries", "change_password", "second_factor"),
    r"csec\.drafts": [*of(DRAFTS, "of_each_form", "drafts"), *of(DRILLS, "over_time")],
    r"csec\.routes\.(_twin_acts|_drill_is_over|_answer: never twin)": of(
        DRILLS, "over_time", "marked", "apart"
    ),
    r"csec\.routes\.lacks_second_factor|csec\.routes\.route\.decorate\.guarded: never lacks": of(
        ACCOUNTS, "second_factor"
    ),
    r"csec\.routes\.": [
        ROUTES,
        *of(DRAFTS, "drafts"),
        "tests/test_headers.py",
        *of(A_PAGE, "cases:case", "healthz"),
    ],
    r"district\.": of(
        DISTRICT,
        "by_everybody",
        "people",
        "give_role",
        "end_role",
        "change_role",
        "change_person",
        "merge_students",
    ),
}

#: The same of PostgreSQL's rules, which any test may rest on.
OF_POSTGRESQL = {
    r".*(append_only|is_kept|is_held|never_changes|ends_once|ones_own) is switched off": [
        "tests/test_database_roles.py",
        "tests/test_refused_changes.py",
        *of(CASES, "written_rows", "kept"),
    ],
    r".*_late_from.* is switched off": of(CASES, "case_lists", "on_hold", "not_told_who_owes", "figures"),
    r".*keeps_concerns is switched off|.*is_kept_from is|keep_concern": of(CASES, "kept_from_later"),
    r".*(follows_track|binds_duties|ends_own_duty|asks_for_reports_again|takes_its_duties_along) is": of(
        CASES,
        "none_applies",
        "record_report",
        "report_clock",
        "what_is_new_asks_again",
        "attach_concern",
        "new_facts",
    ),
    r".*(one_side|of_no_drill|number_says_drill)": of(
        DRILLS, "apart", "apart_of_the_district", "begin_drill"
    ),
    r".*kept_from_me\(": ["tests/cases/reminders/test_history.py", *of(CASES, "emergency_rows")],
    r"hold_student|take_concerns_apart|.*answers_for_both": of(DISTRICT, "unmerge_students", "student_rows"),
    r"note_missing": of(CASES, "told_by_definers", "missing_before"),
    r"reports_late_outside": of(CASES, "reports_late_outside"),
    r"beside_": ["tests/cases/reminders/test_told_beside.py", *of(CASES, "definer_rows")],
    r"case_carried|case_administered|case_open_to|case_role": of(
        CASES, "case_role_rows", "not_told_who_owes", "received_alone", "close_case"
    ),
    r"cases_of_district|late_in_district": of(CASES, "all_schools", "not_told_who_owes"),
    r"give_to_case": of(CASES, "told_by_definers", "attach_concern", "supplement_concern"),
    r"concern_unheld|concern_access": of(CASES, "nobodys", "concern_rows", "excluded"),
    r"student_of_age": of(CASES, "case_role_rows", "of_age"),
    r"transfer_key|cases_transfer: ": of(CASES, "accept_transfer", "handed_over_in_full", "transfer_orders"),
    r"cases_custody: ": [
        "tests/test_refused_changes.py",
        *of(CASES, "record_custody", "end_custody"),
    ],
    r"recovery_key_is_made": ["tests/crypto/test_recovery.py"],
    r"cases_caseperson: lifting": of(CASES, "told_by_definers", "excluded"),
    r"nobody_carries|.*not_oneself": of(CASES, "add_person", "case_role_rows"),
    r"cases_recordsrequest: |name_requested_student|requested_cases|.*requested\b": of(
        CASES, "open_requested_case", "answer_records_request"
    ),
    r"waiting_about": of(CASES, "waiting_about"),
}


def nearest(id: str) -> list[str]:
    """Nothing for what is near to none of these."""
    every = {**NEAREST, **OF_POSTGRESQL}
    return next((tests for pattern, tests in every.items() if re.match(pattern, id)), [])
