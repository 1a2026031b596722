"""
What the application is told past row-level security, row by row: what counts is asked of PostgreSQL's own clock.

Whoever is not on a case is told nothing at all: test_definer_rows.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from cases import workflow
from cases.models import Case, CasePerson, ConcernCorrection
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.asked import listed, told, while_it_is
from tests.cases.clocks import unhurried
from tests.make import AT, DAY
from tests.matrix.rows import looked_at, said_to_owner, write_as_owner
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db

ROLE_IS_OVER = "accounts_membership", "until = current_date - 10", "person_id = %s"


@pytest.fixture(scope="module", autouse=True)
def _written_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


def put(
    case: Case, person: User, role: str = Role.COUNSELOR, *, hours: int = 1, excluded: bool = False
) -> None:
    """On a case since some hours, or kept from it, as the owner of the database writes it."""
    write_as_owner(
        "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)"
        " VALUES (gen_random_uuid(), %s, %s, %s, now() - %s * interval '1 hour', %s)",
        *(case.pk, person.pk, role, hours, excluded),
    )


def asks(person: User, call: str, *values: Any) -> None:
    with acting_as(person.pk):
        ask(f"SELECT {call}", *values)


def role(person: User, case: Case) -> Any:
    return told(person, "case_role(%s)", case.pk)


def test_an_emergency_is_asked_of_others_of_the_district_until_one_has_looked_at_it() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    other = make.user("Lia Liaison", Role.LIAISON)
    assert role(staff.liaison, case) is None
    opened = make.opened_in_emergency(case, other)
    assert role(staff.liaison, case) == "liaison"
    assert role(other, case) == "emergency"
    reviewed = (
        "finding = 'needed', review_sealed = 'x', reviewed_at = now(), reviewed_by_id = acting_person()"
    )
    with (
        acting_as(staff.administrator.pk),
        while_it_is("cases_emergencyaccess", reviewed, "id = %s", opened.pk),
    ):
        assert role(staff.liaison, case) is None


def test_two_cases_of_one_student_are_asked_of_whoever_may_know_of_both() -> None:
    staff = make.Staff()
    one, beside = (make.case(staff, at=database_now()) for _n in range(2))
    other = make.user("Lia Liaison", Role.LIAISON)
    put(beside, other, excluded=True)
    assert [role(staff.liaison, case) for case in (one, beside)] == ["liaison", "liaison"]
    assert [role(other, case) for case in (one, beside)] == [None, None]
    pair = {"case_id": str(beside.pk), "beside_id": str(one.pk)}
    assert listed(staff.liaison, "second_cases()") == [pair]
    assert listed(other, "second_cases()") == []
    third = make.user("Liv Liaison", Role.LIAISON)
    put(one, third, excluded=True)
    assert listed(third, "second_cases()") == []
    settles = "asks_to_settle(%s, %s)"
    for case, another in ((one, beside), (beside, one)):
        found = [told(person, settles, case.pk, another.pk) for person in (staff.liaison, other, third)]
        assert found == [True, False, False]


def test_whoever_was_kept_from_a_case_keeps_themselves_from_nothing_and_from_nothing_any_less() -> None:
    """The liaison reads a case again that had been kept from them until yesterday."""
    staff = make.Staff()
    now = database_now()
    case, _beside = (make.case(staff, at=now) for _n in range(2))
    for person in (staff.liaison, staff.elsewhere):
        put(case, person, Role.REPORTER, excluded=True)
    write_as_owner("UPDATE cases_caseperson SET until = now() - interval '1 minute' WHERE excluded")
    assert role(staff.liaison, case) == "liaison"

    def moved(person: User) -> int:
        with acting_as(staff.liaison.pk), transaction.atomic():
            return CasePerson.objects.filter(case=case, person=person, excluded=True).update(until=now + DAY)

    assert moved(staff.elsewhere) == 1
    with pytest.raises(DatabaseError, match="row-level security"):
        moved(staff.liaison)


def left_alone(staff: make.Staff) -> int:
    return len(listed(staff.administrator, "cases_left_alone()"))


def test_a_case_is_left_alone_where_somebody_leaves_who_still_counts() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    put(case, helper)
    assert left_alone(staff) == 0
    # The counselor's role ends soon, and the helper is away meanwhile.
    with while_it_is("accounts_membership", "until = current_date + 3", "person_id = %s", staff.counselor.pk):
        write_as_owner(
            "INSERT INTO accounts_away (id, person_id, first_day, last_day, entered_at)"
            " VALUES (gen_random_uuid(), %s, current_date - 1, current_date + 20, now())",
            helper.pk,
        )
        assert left_alone(staff) == 1
        with while_it_is(*ROLE_IS_OVER, helper.pk):
            assert left_alone(staff) == 0


def test_a_case_is_left_alone_where_its_officer_is_away_or_gone_and_nobody_covers() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    cover = make.user("Cory Cover", Role.SRO, staff.school)
    request = make.asked_in(case, staff.counselor, staff.sro, at=now)
    workflow.accept_request(actor=staff.sro, request=request, at=now)
    assert left_alone(staff) == 0
    with while_it_is(*ROLE_IS_OVER, staff.sro.pk):
        assert left_alone(staff) == 1
    write_as_owner(
        "INSERT INTO accounts_away (id, person_id, first_day, last_day, entered_at)"
        " VALUES (gen_random_uuid(), %s, current_date - 2, current_date + 2, now())",
        staff.sro.pk,
    )
    assert left_alone(staff) == 1
    with while_it_is("accounts_membership", f"cover_id = '{cover.pk}'", "person_id = %s", staff.sro.pk):
        assert left_alone(staff) == 0
        with while_it_is(*ROLE_IS_OVER, cover.pk):
            assert left_alone(staff) == 1


def figures(person: User, staff: make.Staff) -> list[dict[str, Any]]:
    asked = "figures(ARRAY[%s]::uuid[], now() - interval '1 year', current_date - 365)"
    return listed(person, asked, staff.school.pk)


def test_the_figures_count_as_ones_own_what_ones_role_opens_today() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    put(case, helper)
    # Nothing in it is the liaison's, who once was a counselor there.
    put(case, staff.liaison)
    seen = figures(staff.liaison, staff)
    assert {row["n"] > 0 for row in seen} == {True}
    assert {row["own_n"] for row in seen} == {0}

    def carriers() -> set[str]:
        return {row["key"][1] for row in figures(staff.administrator, staff) if row["figure"] == "person"}

    names = {"Casey Counselor", "Hana Helper"}
    assert carriers() >= names
    with while_it_is(*ROLE_IS_OVER, helper.pk):
        assert names - carriers() == {"Hana Helper"}


def test_a_concern_is_given_to_whoever_carries_the_case_of_its_student_and_never_to_who_gives_it() -> None:
    staff = make.Staff()
    now = database_now()
    recruiting = make.case(staff, "suspected_recruiter", at=now)
    student = make.student(staff.school, "Robin", "Reed")
    there = make.case(staff, about=make.concern(staff, student=student, at=now), at=now)
    helper, gone = (make.user(name, Role.COUNSELOR, staff.school) for name in ("Hana Helper", "Gil Gone"))
    write_as_owner("UPDATE cases_caseperson SET until = since WHERE case_id = %s", there.pk)
    put(there, gone, hours=2)
    put(there, helper)
    given = make.concern(staff, author=staff.counselor, student=student, at=now)
    held = "UPDATE cases_concern SET receiver_id = %s, backup_id = %s WHERE id = %s"
    write_as_owner(held, staff.counselor.pk, staff.social_worker.pk, given.pk)

    def gives() -> tuple[Any, list[dict[str, Any]]]:
        done = told(staff.counselor, "give_to_case(%s, %s, 'targeted', now())", given.pk, recruiting.pk)
        found = "SELECT receiver_id, backup_id FROM cases_concern WHERE id = %s"
        return done, said_to_owner(found, given.pk)

    def holders(receiver: User) -> list[dict[str, Any]]:
        return [{"receiver_id": str(receiver.pk), "backup_id": str(staff.social_worker.pk)}]

    with while_it_is("cases_caseperson", "excluded = true, role = 'reporter'", "person_id = %s", gone.pk):
        put(there, staff.counselor, excluded=True)
        # Of a case that is kept from them nobody gives anything to anybody.
        assert gives() == (False, holders(staff.counselor))
    with while_it_is(*ROLE_IS_OVER, gone.pk):
        assert gives() == (True, holders(helper))


def test_a_handoff_that_nobody_answers_is_told_to_who_administers_that_school() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    overseer, kept, receives = (
        make.user(name, Role.ADMINISTRATOR, staff.other_school)
        for name in ("Olga Overseer", "Kay Kin", "Rex Receiver")
    )
    make.offered(case, staff.counselor, receives, at=now)
    put(case, kept, Role.REPORTER, excluded=True)

    def waits(person: User, when: str) -> list[str]:
        return [row["mine"] for row in listed(person, f"transfers_waiting({when})")]

    later = "now() + interval '30 days'"
    people = (overseer, kept, receives, staff.elsewhere, staff.teacher)
    assert [waits(one, "now()") for one in people] == [[], [], ["receive"], [], []]
    assert [waits(one, later) for one in people] == [["school"], [], ["receive"], [], []]
    with while_it_is(*ROLE_IS_OVER, receives.pk):
        # Nobody is there to answer: it is told at once.
        assert [waits(one, "now()") for one in people] == [["school"], [], [], [], []]
    # Only of those whose section it is: not the officer.
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    assert [waits(one, later) for one in (staff.counselor, staff.sro)] == [["sent"], []]


def test_whoever_covers_for_an_officer_is_asked_while_they_are_one_and_the_case_is_not_kept_from_them() -> (
    None
):
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    cover, another = (make.user(name, Role.SRO, staff.school) for name in ("Cory Cover", "Ola Officer"))
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    write_as_owner("UPDATE cases_srorequest SET climbs_at = now() - interval '1 hour'")
    covered = "UPDATE accounts_membership SET cover_id = %s WHERE person_id = %s"
    write_as_owner(covered, cover.pk, staff.sro.pk)

    def asked(person: User) -> int:
        return len(listed(person, "requests_to_cover()"))

    put(case, another, Role.REPORTER, excluded=True)
    assert [asked(one) for one in (cover, another, staff.sro)] == [1, 0, 0]
    with while_it_is(*ROLE_IS_OVER, cover.pk):
        assert asked(cover) == 0
    put(case, cover, Role.REPORTER, excluded=True)
    assert asked(cover) == 0


def test_a_concern_that_waits_beside_a_case_is_told_past_nobody_but_whom_it_goes_past() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    helper, other = (make.user(name, Role.COUNSELOR, staff.school) for name in ("Hana Helper", "Otis Other"))
    put(case, helper)
    put(case, other)
    concern = unhurried(make.concern(staff, at=now))
    past = "INSERT INTO cases_concernexclusion (id, concern_id, person_id) VALUES (%s, %s, %s)"
    write_as_owner(past, uuid4(), concern.pk, other.pk)
    found = [told(one, "waiting_about(%s)", case.pk) is not None for one in (helper, other)]
    assert found == [True, False]


def test_a_concern_waits_with_whoever_of_its_receivers_is_there_else_with_those_who_answer_for_the_school() -> (
    None
):
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    put(case, helper)
    concern = unhurried(make.concern(staff, at=now))

    def waits_with() -> list[str]:
        return [one["with"] for one in told(helper, "waiting_about(%s)", case.pk)]

    assert waits_with() == [staff.counselor.name]
    with while_it_is(*ROLE_IS_OVER, staff.counselor.pk):
        assert waits_with() == [staff.social_worker.name]
    past = "INSERT INTO cases_concernexclusion (id, concern_id, person_id) VALUES (%s, %s, %s)"
    write_as_owner(past, uuid4(), concern.pk, staff.counselor.pk)
    assert waits_with() == [staff.social_worker.name]
    write_as_owner(past, uuid4(), concern.pk, staff.social_worker.pk)
    # The helper could receive it in turn, but is nobody who answers for what nobody holds.
    assert waits_with() == [staff.administrator.name]


def test_contact_is_frozen_and_a_hold_stands_where_there_is_one_that_is_not_over() -> None:
    staff = make.Staff()
    now = database_now()
    case, free = make.case(staff, at=now), make.another_case(staff, at=now)
    frozen = ("parents_frozen(%s)", "parents_frozen_elsewhere(%s)")
    assert [told(staff.counselor, one, free.pk) for one in frozen] == [False, False]
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=now)
    assert [told(staff.counselor, one, case.pk) for one in frozen] == [True, False]
    assert [told(staff.counselor, one, free.pk) for one in frozen] == [False, False]

    def standing() -> int:
        return len(listed(staff.liaison, "holds_standing()"))

    assert standing() == 1
    # In a case that was opened by mistake there is nothing to release.
    with while_it_is("cases_case", "status = 'voided'", "id = %s", case.pk):
        assert standing() == 0


def test_a_part_that_is_late_is_late_where_nothing_holds_it_up() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    others = "case_id = %s AND kind NOT IN ('report', 'contact', 'parent_contact', 'parent_decision') AND NOT repeats"

    def late() -> list[int]:
        return [row["late"] for row in listed(staff.liaison, "cases_of_district(NULL, false, NULL, 10)")]

    assert late() == [0]
    with while_it_is("cases_steppart", "due_at = now() - interval '3 days', next_on = NULL", others, case.pk):
        assert late()[0] > 0


def test_whoever_is_off_the_case_is_not_asked_to_report_once_more() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    helper = staff.social_worker
    make.helper(case, staff.counselor, helper, Role.SOCIAL_WORKER, at=now)
    make.reported(case, staff.counselor, at=now)

    def asked_again() -> list[str]:
        asks(staff.counselor, "ask_reports_again(%s, now(), interval '1 day', true)", case.pk)
        open_ = "SELECT person_id FROM cases_reportduty WHERE case_id = %s AND ended_at IS NULL"
        return sorted(row["person_id"] for row in said_to_owner(open_, case.pk))

    off = "case_id = %s AND person_id = %s"
    with while_it_is("cases_caseperson", "until = since", off, case.pk, helper.pk):
        assert asked_again() == [str(staff.counselor.pk)]
    assert asked_again() == sorted(str(one.pk) for one in (staff.counselor, helper))


def locks() -> int:
    """How many students this transaction makes others wait for."""
    [(found,)] = ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
    return int(found)


def is_locked(case: Case, person: User, call: str, *values: Any) -> bool:
    """Whether others wait for a case once that person has asked for it."""
    with acting_as(person.pk):
        ask(f"SELECT {call}", *values)
        try:
            ask("SELECT FROM cases_case WHERE id = %s FOR UPDATE NOWAIT", case.pk, alias="owner")
        except DatabaseError as error:
            if "could not obtain lock" in str(error):
                return True
            raise
    return False


@pytest.mark.django_db(transaction=True)
def test_a_case_is_locked_by_whoever_is_on_it_has_a_duty_in_it_or_takes_it_over_and_by_nobody_else() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.counselor, case=case)
    offer = make.offered(case, staff.counselor, staff.elsewhere)
    for call, row, person in (
        ("lock_case_of_duty(%s)", duty, staff.counselor),
        ("lock_for_transfer(%s)", offer, staff.elsewhere),
        ("lock_cases_of_student(%s, NULL)", case, staff.administrator),
    ):
        others = [
            one for one in (staff.teacher, staff.sro, staff.administrator, staff.counsel) if one != person
        ]
        assert is_locked(case, person, call, row.pk), call
        assert not [one for one in others if is_locked(case, one, call, row.pk)], call


def test_others_wait_for_a_student_because_of_whoever_may_say_what_is_new_of_them_alone() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    # Of students of whom nothing was said before.
    kept, alias, new = (make.student(staff.school, "Vic", f"Vane {n}") for n in range(3))
    write_as_owner("UPDATE cases_case SET student_id = %s WHERE id = %s", new.pk, case.pk)
    merge = uuid4()
    write_as_owner(
        "INSERT INTO directory_studentmerge (id, kept_id, alias_id, by_id, at) VALUES (%s, %s, %s, %s, now())",
        *(merge, kept.pk, alias.pk, staff.administrator.pk),
    )
    for call, id, person, students in (
        ("raise_alerts_of_case(%s, now(), now())", case.pk, staff.counselor, 1),
        ("raise_alerts_of_merged(%s, now(), now())", merge, staff.administrator, 2),
    ):
        before = locks()
        for one in (staff.teacher, staff.elsewhere, staff.liaison):
            asks(one, call, id)
        assert locks() == before, call
        asks(person, call, id)
        assert locks() == before + students, call


def test_nobody_ends_leaves_or_goes_on_with_anothers_drill() -> None:
    staff = make.Staff()
    learner, twin = staff.counselor, staff.social_worker
    write_as_owner(
        "INSERT INTO directory_drill (id, person_id, twin_id, situation, begun_at, left_at, roles)"
        " VALUES (gen_random_uuid(), %s, %s, 'suspected_victim', now() - interval '1 hour', %s, '{}')",
        *(learner.pk, twin.pk, database_now()),
    )

    def drills() -> list[dict[str, Any]]:
        return said_to_owner("SELECT ended_at, left_at FROM directory_drill")

    before = drills()
    for call, theirs in (
        ("end_drill(now())", (learner, twin)),
        ("leave_drill(now() - interval '1 minute')", (learner, twin)),
        ("go_on_with_drill()", (learner,)),
    ):
        for person in (staff.teacher, staff.administrator, staff.liaison, *({learner, twin} - {*theirs})):
            asks(person, call)
        assert drills() == before, call
        for person in theirs:
            with transaction.atomic():
                asks(person, call)
                assert drills() != before, (call, person)
                transaction.set_rollback(True)


def test_no_concern_says_who_is_missing_because_of_somebody_who_neither_reads_it_nor_named_its_student() -> (
    None
):
    staff = make.Staff()
    concern = make.concern(staff, student=None)
    make.missing(staff.teacher, staff.student)
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, reason="", at=AT)
    with acting_as(staff.counselor.pk):
        assert ConcernCorrection.objects.filter(concern=concern, by=staff.counselor).exists()
    write_as_owner("UPDATE cases_concern SET missing_since = NULL WHERE id = %s", concern.pk)
    for person, says in ((staff.elsewhere, False), (staff.counselor, True)):
        with acting_as(person.pk):
            ask("SELECT note_missing(%s, %s)", concern.pk, AT - DAY)
        assert bool(make.reload(concern, staff.counselor).missing_since) is says
