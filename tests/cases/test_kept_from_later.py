"""Whoever a case is kept from neither receives nor reads what is said of its student later; and nobody learns of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, CasePerson, Concern, ConcernExclusion
from cases.reading.work import waiting_for
from cases.receivers import receivers
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent
from csec.identity import acting_as
from district import workflow as district_workflow
from tests import make
from tests.asked import told as told_by_function
from tests.cases.reminders.test_history import messages_read_by
from tests.cases.reminders.worker import swept
from tests.cases.test_received_alone import pages
from tests.cases.test_told_by_definers import put
from tests.cases.test_waiting_about import told
from tests.make import AT
from tests.matrix.rows import looked_at, said_to_owner, write_as_owner
from tests.test_database_roles import ask
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _read_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def hidden(staff: make.Staff, *people: User, **given: Any) -> Case:
    """A case of the staff's student, carried by the social worker, which is kept from those people."""
    author = make.user("Toni Teacher", Role.REPORTER, staff.school)
    first = make.concern(staff, author=author, **given)
    opened = workflow.open_case(
        actor=staff.social_worker, concern=first, track="suspected_victim", reason="It fits.", at=AT
    )
    for person in people:
        kept(opened, staff.social_worker, person)
    return make.as_seen(opened, staff.social_worker)


def kept(case: Case, by: User, person: User) -> None:
    workflow.exclude_person(actor=by, case=case, person=person, reason="Related.", at=database_now())


def readmitted(staff: make.Staff, case: Case, person: User) -> None:
    make.helper(case, staff.social_worker, staff.liaison, Role.LIAISON)
    with acting_as(staff.liaison.pk):
        row = CasePerson.objects.get(case=case, person=person, excluded=True)
    workflow.readmit_person(
        actor=staff.liaison, case=case, person=row, reason="A namesake.", at=database_now()
    )


def carrier(staff: make.Staff, case: Case) -> User:
    """Somebody on the case who receives none of the school's concerns."""
    person = make.user("Cam Carrier", Role.SOCIAL_WORKER, staff.school)
    make.helper(case, staff.social_worker, person, Role.SOCIAL_WORKER)
    return person


def holders(concern: Concern) -> list[str]:
    """With whom it is, by their names: the receiver, and the backup."""
    [row] = said_to_owner(
        "SELECT ARRAY(SELECT u.name FROM unnest(ARRAY[k.receiver_id, k.backup_id]) WITH ORDINALITY AS h (id, n)"
        " JOIN accounts_user u ON u.id = h.id ORDER BY h.n) AS names FROM cases_concern k WHERE k.id = %s",
        concern.pk,
    )
    return list(row["names"])


def past(concern: Concern) -> list[str]:
    """Past whom it goes, by their names."""
    rows = said_to_owner(
        "SELECT u.name FROM cases_concernexclusion e JOIN accounts_user u ON u.id = e.person_id"
        " WHERE e.concern_id = %s AND e.lifted_at IS NULL ORDER BY u.name",
        concern.pk,
    )
    return [row["name"] for row in rows]


def reads(person: User, concern: Concern) -> bool:
    """Whether they read it: by `visible_to` and by the rules of the table alike."""
    with acting_as(person.pk):
        found = Concern.objects.visible_to(person).filter(pk=concern.pk).exists()
        assert ask("SELECT count(*) FROM cases_concern WHERE id = %s", concern.pk) == [(int(found),)]
    return found


def readers(concern: Concern) -> set[str]:
    return {person.name for person in User.objects.all() if reads(person, concern)}


def match(by: User, concern: Concern, student: Any, reason: str = "") -> None:
    workflow.match_concern(actor=by, concern=concern, student=student, reason=reason, at=AT)


def test_an_excluded_counselor_does_not_receive_find_open_or_close_a_later_concern(staff: make.Staff) -> None:
    hidden(staff, staff.counselor)
    later = make.concern(staff, account="PLANTED")
    assert holders(later) == ["Sam Socialworker", "Ada Administrator"]
    assert not reads(staff.counselor, later)
    client = Client()
    client.force_login(staff.counselor)
    assert client.get(later.get_absolute_url()).status_code == 404
    for answer in (
        client.get(reverse("home")),
        client.get(reverse("cases:concerns")),
        client.post(reverse("cases:search"), {"words": "Avery"}),
    ):
        assert str(later.pk) not in answer.content.decode()
    with pytest.raises(Absent):
        workflow.close_concern(actor=staff.counselor, concern=later, reason="Nothing.", at=AT)
    workflow.accept_concern(actor=staff.social_worker, concern=later, at=AT)


@pytest.mark.django_db(transaction=True)
def test_nor_is_an_excluded_counselor_written_to_about_it() -> None:
    staff = make.Staff()
    hidden(staff, staff.counselor)
    later = make.concern(staff)
    assert {who for _kind, who, _level in swept(AT, subject=later.pk)} == {"Sam"}
    assert "concern" not in messages_read_by(staff.counselor)


def test_an_excluded_administrator_does_not_get_it_when_it_climbs(staff: make.Staff) -> None:
    """Late by PostgreSQL's clock, it is with whoever answers for the school."""
    hidden(staff, staff.administrator)
    later = make.concern(staff)
    assert holders(later) == ["Casey Counselor", "Sam Socialworker"]
    assert readers(later) == {"Terry Teacher", "Casey Counselor", "Sam Socialworker", "Lee Liaison"}


def test_where_nobody_of_the_school_is_left_it_is_with_the_liaison_and_then_with_nobody(
    staff: make.Staff,
) -> None:
    case = hidden(staff, staff.counselor, staff.administrator)
    put(case, staff.social_worker, Role.REPORTER, excluded=True)
    later = make.concern(staff)
    assert holders(later) == ["Lee Liaison"]
    assert readers(later) == {"Terry Teacher", "Lee Liaison"}
    put(case, staff.liaison, Role.REPORTER, excluded=True)
    # What waited already, and what comes: nobody is told that there is nobody.
    assert readers(later) == readers(make.concern(staff)) == {"Terry Teacher"}


World = Callable[[make.Staff, User], None]


def no_case(staff: make.Staff, _author: User) -> None:
    make.user("Toni Teacher", Role.REPORTER, staff.school)


def kept_from_nobody(staff: make.Staff, _author: User) -> None:
    hidden(staff)


def kept_from_the_receiver(staff: make.Staff, _author: User) -> None:
    hidden(staff, staff.counselor)


def kept_from_all_who_could_receive_it(staff: make.Staff, _author: User) -> None:
    case = hidden(staff, staff.counselor, staff.administrator, staff.liaison)
    put(case, staff.social_worker, Role.REPORTER, excluded=True)


def kept_from_its_author(staff: make.Staff, author: User) -> None:
    hidden(staff, author)


WORLDS: tuple[World, ...] = (
    no_case,
    kept_from_nobody,
    kept_from_the_receiver,
    kept_from_all_who_could_receive_it,
    kept_from_its_author,
)


@pytest.mark.parametrize("author", ["teacher", "colleague", "counselor"])
def test_whoever_writes_it_sees_the_same_on_all_their_pages(author: str) -> None:
    """Also a colleague in a receiving role; and the school's receiver, who holds it, kept from the case or not."""
    read = {}
    for world in WORLDS:
        if author == "counselor" and world not in (no_case, kept_from_its_author):
            continue
        with transaction.atomic():
            staff = make.Staff()
            colleague = make.user("Cole Colleague", Role.COUNSELOR, staff.school)
            person = colleague if author == "colleague" else getattr(staff, author)
            world(staff, person)
            read[world.__name__] = pages(person, make.concern(staff, author=person))
            transaction.set_rollback(True)
    for name, found in read.items():
        assert found == read["no_case"], name


def test_what_goes_past_somebody_by_a_case_is_read_by_its_holder_and_not_by_its_author(
    staff: make.Staff,
) -> None:
    hidden(staff, staff.counselor)
    later = make.concern(staff, implicated=[staff.administrator])
    assert past(later) == ["Ada Administrator", "Casey Counselor"]
    known = {}
    for person in (staff.teacher, staff.social_worker):
        with acting_as(person.pk):
            known[person] = set(
                ConcernExclusion.objects.filter(concern=later).values_list("person", flat=True)
            )
    assert known[staff.teacher] == {staff.administrator.pk}
    assert known[staff.social_worker] == {staff.administrator.pk, staff.counselor.pk}
    row = (
        "INSERT INTO cases_concernexclusion (id, concern_id, person_id, by_case)"
        " VALUES (gen_random_uuid(), %s, %s, %s)"
    )
    for by_case in (True, False):
        assert refused(staff.teacher, row, later.pk, staff.liaison.pk, by_case) is by_case


def test_what_waits_when_somebody_is_kept_from_the_case_goes_on_to_the_next(staff: make.Staff) -> None:
    case = hidden(staff)
    waits, over = make.concern(staff), make.concern(staff)
    workflow.accept_concern(actor=staff.counselor, concern=waits, at=AT)
    workflow.close_concern(actor=staff.counselor, concern=over, reason="Cleared up.", at=AT)
    kept(case, staff.social_worker, staff.counselor)
    assert not reads(staff.counselor, waits)
    assert not reads(staff.counselor, over)
    assert holders(waits) == ["Sam Socialworker", "Ada Administrator"]
    # With whom one was that is over stays as it was.
    assert holders(over) == ["Casey Counselor", "Sam Socialworker"]
    # Nobody has taken it: it is asked about anew, at once also of whoever answers for the school.
    for person in (staff.social_worker, staff.liaison):
        with acting_as(person.pk):
            [asked] = [one for one in waiting_for(person, AT).concerns if one.pk == waits.pk]
        assert asked.accepted_by is None
    workflow.accept_concern(actor=staff.social_worker, concern=waits, at=AT)


def test_from_whoever_would_have_been_the_second_to_receive_it_it_goes_on_as_well(staff: make.Staff) -> None:
    case = make.case(staff)
    kept(case, staff.counselor, staff.social_worker)
    later = make.concern(staff)
    assert holders(later) == ["Casey Counselor", "Ada Administrator"]
    assert not reads(staff.social_worker, later)


def test_one_that_comes_back_from_a_case_with_nobody_second_to_it_is_given_somebody(
    staff: make.Staff,
) -> None:
    case, back = make.case(staff), make.concern(staff)
    workflow.attach_concern(actor=staff.counselor, concern=back, case=case, reason="Same.", at=AT)
    write_as_owner("UPDATE cases_concern SET backup_id = NULL WHERE id = %s", back.pk)
    assert holders(back) == ["Casey Counselor"]
    write_as_owner(
        "UPDATE cases_concern SET status = 'received', case_id = NULL, ended_at = NULL WHERE id = %s", back.pk
    )
    assert holders(back) == ["Casey Counselor", "Sam Socialworker"]


def test_the_people_of_the_case_are_told_with_whom_it_waits_and_never_of_whoever_it_is_kept_from(
    staff: make.Staff,
) -> None:
    case = hidden(staff)
    make.user("Cole Colleague", Role.COUNSELOR, staff.school)
    helper, now = carrier(staff, case), database_now()
    waits = make.concern(staff, at=now)
    workflow.accept_concern(actor=staff.counselor, concern=waits, at=now)
    assert told(helper) == [(case.number, "Casey Counselor")]
    kept(case, staff.social_worker, staff.counselor)
    assert told(helper) == [(case.number, "Sam Socialworker")]
    # What somebody writes who is kept from it themselves they hold as they would; who else does so is named.
    workflow.close_concern(actor=staff.social_worker, concern=waits, reason="Cleared up.", at=now)
    own = make.concern(staff, author=staff.counselor, at=now)
    assert holders(own) == ["Casey Counselor", "Sam Socialworker"]
    assert told(helper) == [(case.number, "Sam Socialworker")]


def test_of_one_that_goes_past_all_whom_it_was_sent_to_they_are_told_who_answers_for_the_school(
    staff: make.Staff,
) -> None:
    case, other = hidden(staff), make.student(staff.school, "Robin", "Reed")
    helper, now = carrier(staff, case), database_now()
    waits = make.concern(staff, student=other, at=now)
    mistaken = workflow.open_case(
        actor=staff.counselor, concern=waits, track="suspected_victim", reason="It fits.", at=now
    )
    make.helper(mistaken, staff.counselor, helper, Role.SOCIAL_WORKER)
    for person in (staff.counselor, staff.social_worker):
        kept(mistaken, helper, person)
    make.helper(mistaken, helper, staff.liaison, Role.LIAISON)
    workflow.void_case(actor=staff.liaison, case=mistaken, reason="By mistake.", at=now)
    match(staff.administrator, waits, staff.student, "Mixed up.")
    assert told(helper) == [(case.number, "Ada Administrator")]
    put(case, staff.administrator, Role.REPORTER, excluded=True)
    assert told(helper) == [(case.number, "Lee Liaison")]
    put(case, staff.liaison, Role.REPORTER, excluded=True)
    assert told(helper) == []


def test_it_goes_past_them_once_its_student_is_named_and_no_more_once_that_is_corrected(
    staff: make.Staff,
) -> None:
    hidden(staff, staff.counselor)
    make.missing(staff.administrator, staff.student)
    unnamed = make.concern(staff, student=None)
    assert reads(staff.counselor, unnamed)
    match(staff.counselor, unnamed, staff.student)
    assert not reads(staff.counselor, unnamed)
    assert holders(unnamed) == ["Sam Socialworker", "Ada Administrator"]
    # What is known of that student is still said, to who holds it now.
    assert make.reload(unnamed, staff.social_worker).missing_since is not None
    match(staff.social_worker, unnamed, make.student(staff.school, "Robin", "Reed"), "Mixed up.")
    assert past(unnamed) == []


def test_whoever_names_the_student_and_reads_it_no_more_is_shown_their_list(staff: make.Staff) -> None:
    hidden(staff, staff.counselor)
    unnamed = make.concern(staff, student=None)
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:match_concern", args=[unnamed.pk])
    answer = client.post(
        path, {"student": str(staff.student.pk), "student_query": "Avery", "corrections": "0"}, follow=True
    )
    assert answer.redirect_chain == [(reverse("cases:concerns"), 302)]
    assert answer.status_code == 200


def test_two_rows_of_the_roster_that_are_one_student_are_one_here_too(staff: make.Staff) -> None:
    hidden(staff, staff.counselor)
    alias = make.student(staff.school, "Avery", "Brooks")
    waits = make.concern(staff, student=alias)
    assert past(waits) == []
    merge = make.merged(staff.administrator, staff.student, alias)
    assert past(waits) == past(make.concern(staff, student=alias)) == ["Casey Counselor"]
    district_workflow.unmerge_students(actor=staff.administrator, merge=merge, at=AT)
    assert past(waits) == []


def test_a_case_that_is_about_another_student_now_or_was_a_mistake_keeps_nobody_from_this_ones(
    staff: make.Staff,
) -> None:
    case = hidden(staff, staff.counselor)
    other = make.student(staff.school, "Robin", "Reed")
    of_one, of_other = make.concern(staff), make.concern(staff, student=other)
    workflow.correct_student(actor=staff.social_worker, case=case, student=other, reason="Mixed up.", at=AT)
    assert (past(of_one), past(of_other)) == ([], ["Casey Counselor"])
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    assert past(of_other) == []
    assert holders(make.concern(staff, student=other)) == ["Casey Counselor", "Sam Socialworker"]


def test_whoever_is_let_in_again_is_so_for_what_went_past_them_by_the_case_and_not_by_what_its_author_said(
    staff: make.Staff,
) -> None:
    case = hidden(staff, staff.counselor)
    by_case, by_author = make.concern(staff), make.concern(staff, implicated=[staff.counselor])
    readmitted(staff, case, staff.counselor)
    assert (past(by_case), past(by_author)) == ([], ["Casey Counselor"])
    # So that it can be put into the case, which stays open to them.
    workflow.attach_concern(actor=staff.social_worker, concern=by_case, case=case, reason="Same.", at=AT)
    with acting_as(staff.social_worker.pk):
        until = CasePerson.objects.filter(case=case, excluded=True).values_list("until", flat=True)
        assert all(until)


def beside(staff: make.Staff) -> Case:
    """Another case of that student, which the counselor carries: the recruiter's; the hidden one is kept from them."""
    case = make.case(staff, "suspected_recruiter")
    hidden(staff, staff.counselor)
    return case


def test_whoever_carries_another_case_of_the_student_puts_into_it_what_they_hold_and_reads_it_there(
    staff: make.Staff,
) -> None:
    case, unnamed = beside(staff), make.concern(staff, student=None)
    workflow.attach_concern(actor=staff.counselor, concern=unnamed, case=case, reason="Same.", at=AT)
    assert reads(staff.counselor, unnamed)
    assert past(unnamed) == []


def test_nobody_is_taken_off_a_case_by_a_concern_that_goes_past_them_because_of_another(
    staff: make.Staff,
) -> None:
    case, later = beside(staff), make.concern(staff)
    assert past(later) == ["Casey Counselor"]
    make.helper(case, staff.counselor, staff.social_worker, Role.SOCIAL_WORKER)
    workflow.attach_concern(actor=staff.social_worker, concern=later, case=case, reason="Same.", at=AT)
    assert reads(staff.counselor, later)
    with acting_as(staff.counselor.pk):
        assert Case.objects.visible_to(staff.counselor).filter(pk=case.pk).exists()
        assert not CasePerson.objects.filter(case=case, excluded=True).exists()


def test_what_was_written_while_the_case_was_being_kept_from_them_is_looked_at_once_more(
    staff: make.Staff,
) -> None:
    hidden(staff, staff.counselor)
    later = make.concern(staff)
    # As neither transaction saw the other.
    write_as_owner("UPDATE cases_concernexclusion SET lifted_at = now() WHERE concern_id = %s", later.pk)
    write_as_owner("UPDATE cases_concern SET receiver_id = %s WHERE id = %s", staff.counselor.pk, later.pk)
    assert reads(staff.counselor, later)
    said_to_owner("SELECT keep_concerns_again()")
    assert not reads(staff.counselor, later)
    assert staff.counselor.name not in holders(later)


def test_when_whoever_took_it_up_is_kept_from_the_student_the_others_are_asked_anew_at_once(
    staff: make.Staff,
) -> None:
    case, later = hidden(staff), make.concern(staff)
    workflow.accept_concern(actor=staff.counselor, concern=later, at=AT)
    kept(case, staff.social_worker, staff.counselor)
    [row] = said_to_owner(
        "SELECT accepted_at, asked_at = climbs_at AS at_once, asked_at > logged_at AS anew FROM cases_concern"
        " WHERE id = %s",
        later.pk,
    )
    assert row == {"accepted_at": None, "at_once": True, "anew": True}


def test_what_is_put_into_a_case_is_kept_from_them_by_that_one_from_then_on(staff: make.Staff) -> None:
    case = hidden(staff, staff.counselor)
    later = make.concern(staff)
    now = database_now()
    workflow.attach_concern(actor=staff.social_worker, concern=later, case=case, reason="Same.", at=now)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=now)
    # As what was in a void case stays kept from whomever that went past.
    assert past(later) == ["Casey Counselor"]
    assert not reads(staff.counselor, later)


def test_what_is_put_into_a_case_is_kept_from_whomever_the_case_is_kept_from_for_a_while(
    staff: make.Staff,
) -> None:
    case, later = hidden(staff, staff.counselor), make.concern(staff)
    write_as_owner(
        "UPDATE cases_caseperson SET until = now() + interval '1 hour' WHERE case_id = %s AND excluded",
        case.pk,
    )
    workflow.attach_concern(actor=staff.social_worker, concern=later, case=case, reason="Same.", at=AT)
    assert past(later) == ["Casey Counselor"]


def test_a_case_of_somebody_targeted_that_the_opener_does_not_see_gives_to_nobody_it_is_kept_from(
    staff: make.Staff,
) -> None:
    recruiter = make.student(staff.school, "Robin", "Reed")
    recruiting = make.case(staff, "suspected_recruiter", about=make.concern(staff, student=recruiter))
    case = hidden(staff)
    helper = carrier(staff, case)
    with acting_as(staff.social_worker.pk):
        own = CasePerson.objects.get(case=case, person=staff.social_worker)
    workflow.remove_person(actor=helper, case=case, person=own, reason="Handed over.", at=AT)
    kept(case, helper, staff.social_worker)
    assert make.targeted(recruiting, staff.counselor, staff.student) is None
    with acting_as(helper.pk):
        [given] = Concern.objects.visible_to(helper).held_by(helper).waiting()
    assert holders(given) == ["Cam Carrier", "Ada Administrator"]
    # Nor where nobody carries it; and never to the opener.
    Membership.objects.filter(person=helper).update(until=make.SINCE)
    assert make.targeted(recruiting, staff.counselor, staff.student) is None
    with acting_as(staff.administrator.pk):
        [other] = Concern.objects.visible_to(staff.administrator).waiting().exclude(pk=given.pk)
    assert holders(other) == ["Ada Administrator", "Lee Liaison"]


def test_who_is_next_is_who_a_new_concern_would_have_been_sent_to(staff: make.Staff) -> None:
    people = [
        make.user("Cole Colleague", Role.COUNSELOR, staff.school),
        make.user("Stu Socialworker", Role.SOCIAL_WORKER, staff.school),
        make.user("Olga Overseer", Role.ADMINISTRATOR, staff.school),
        make.user("Lia Liaison", Role.LIAISON),
        make.user("Gil Gone", Role.COUNSELOR, staff.school, until=make.SINCE + make.DAY),
        make.user("Cia Closed", Role.COUNSELOR, staff.school),
    ]
    User.objects.filter(name="Cia Closed").update(is_active=False)
    write_as_owner(
        "UPDATE accounts_membership SET since = since - 1 WHERE person_id = ANY (%s)",
        [people[2].pk, people[3].pk],
    )
    # Somebody with two roles comes once, by the first of them.
    Membership.objects.create(
        person=people[0], school=staff.school, role=Role.ADMINISTRATOR, since=make.SINCE
    )
    later = make.concern(staff, implicated=[staff.counselor, people[1]])
    today = database_now().astimezone(staff.school.zone).date()
    with acting_as(staff.teacher.pk):
        chosen = receivers(staff.school, past={staff.counselor.pk, people[1].pk}, on=today)
    said = told_by_function(None, "receivers_of(%s, %s)", later.pk, staff.school.pk)
    assert said == [str(person.pk) for person in chosen]
    assert len(said) == 6
