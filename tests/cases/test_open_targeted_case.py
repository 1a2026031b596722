"""Each student whom another may have targeted has a case of their own; the link shows to those who may open both."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, CaseLink, CasePerson, Concern
from cases.reading.links import linked_cases
from cases.workflow import Conflict, Invalid
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.crypto.models import DataKey
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.test_kept_from_later import _read_as_owner as _read_as_owner
from tests.cases.test_kept_from_later import holders, readers, reads
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.fixture
def recruiter(staff: make.Staff) -> Case:
    """A recruiter's case of the counselor's, which the social worker helps with."""
    case = make.case(staff, "suspected_recruiter")
    make.helper(case, staff.counselor, staff.social_worker, Role.SOCIAL_WORKER)
    return case


def links(case: Case, person: User) -> list[tuple[Any, str]]:
    """The linked cases that a person is shown with a case that they may open."""
    with acting_as(person.pk):
        return [(link.case.pk, str(link.words)) for link in linked_cases(case, person)]


def rows(person: User) -> list[Any]:
    """The links that PostgreSQL shows to somebody by itself."""
    with acting_as(person.pk):
        return sorted(ask("SELECT from_case_id, to_case_id FROM cases_caselink"))


def test_it_is_a_case_of_its_own_with_the_duty_of_whoever_recorded_it(
    staff: make.Staff, recruiter: Case
) -> None:
    classmate = make.student(staff.school, "Robin", "Reed")
    known_at = AT - timedelta(hours=2)
    opened = make.targeted(
        recruiter, staff.counselor, classmate, first_known_at=known_at, words="“He said bring her.”"
    )
    assert opened is not None
    opened = make.as_seen(opened, staff.counselor)
    assert (opened.track, opened.student_id) == ("suspected_victim", classmate.pk)
    assert opened.key_id != recruiter.key_id
    assert make.part(opened, staff.counselor, "report").due_at == known_at + timedelta(hours=36)
    with acting_as(staff.counselor.pk):
        on_it = CasePerson.objects.filter(case=opened)
        assert [(row.person, row.role) for row in on_it] == [(staff.counselor, "counselor")]
        [concern] = Concern.objects.written_by(staff.counselor).select_related("key")
        assert (concern.case_id, concern.receiver) == (opened.pk, staff.counselor)
        told = {name: value for name, value in concern.words().items() if value}
    # What was typed, and nothing of the case that it comes from.
    assert told == {"account": "Was told to bring a friend.", "words": "“He said bring her.”"}
    assert make.decided(opened, staff.counselor, "opened")[1] == {"reason": "Fits the indicators."}
    # Whoever else is on the recruiter's case learns nothing of it; who sees both sees the link, on either side.
    with pytest.raises(Case.DoesNotExist):
        make.as_seen(opened, staff.social_worker)
    assert not reads(staff.social_worker, concern)
    assert links(recruiter, staff.social_worker) == rows(staff.social_worker) == []
    assert links(recruiter, staff.counselor) == [(opened.pk, "A student who may have been targeted")]
    back = "A student suspected of recruiting, who may have targeted this one"
    assert links(opened, staff.administrator) == [(recruiter.pk, back)]
    # Whoever is on the new case alone sees no recruiter's case either.
    other = make.user("Nia New", Role.COUNSELOR, staff.school)
    make.helper(opened, staff.counselor, other, Role.COUNSELOR)
    assert links(opened, other) == rows(other) == []


@pytest.mark.parametrize("known", [False, True], ids=["new-case", "case-that-there-is"])
def test_whoever_receives_the_schools_concerns_was_not_asked_and_reads_nothing_of_it(
    staff: make.Staff, recruiter: Case, *, known: bool
) -> None:
    """Nor do those who answer for what nobody holds: it does not wait, and its case has people of its own."""
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    make.helper(recruiter, staff.counselor, helper, Role.COUNSELOR)
    classmate = make.student(staff.school, "Robin", "Reed")
    # Of today, so that nothing of the new case is asked of the district.
    now = database_now()
    for _n in range(1 + known):
        opened = make.targeted(recruiter, helper, classmate, at=now)
    assert opened is not None
    with acting_as(helper.pk):
        concerns = list(Concern.objects.filter(case=opened))
    assert len(concerns) == 1 + known
    for concern in concerns:
        assert readers(concern) == {"Hana Helper", "Ada Administrator"}
        assert holders(concern) == ["Hana Helper"]
    client = Client()
    client.force_login(staff.counselor)
    for answer in (
        client.get(reverse("cases:concerns")),
        client.post(reverse("cases:search"), {"words": "Robin"}),
    ):
        assert not [one for one in concerns if str(one.pk) in answer.content.decode()]


def test_when_its_case_is_void_it_waits_with_its_opener_and_with_whom_the_school_names(
    staff: make.Staff, recruiter: Case
) -> None:
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    make.helper(recruiter, staff.counselor, helper, Role.COUNSELOR)
    opened = make.targeted(recruiter, helper, make.student(staff.school, "Robin", "Reed"))
    assert opened is not None
    with acting_as(helper.pk):
        concern = Concern.objects.get(case=opened)
    workflow.void_case(actor=staff.liaison, case=opened, reason="By mistake.", at=AT)
    assert holders(concern) == ["Hana Helper", "Casey Counselor"]


def test_a_student_not_known_yet_and_somebody_on_the_staff_who_is_involved(
    staff: make.Staff, recruiter: Case
) -> None:
    opened = make.targeted(
        recruiter, staff.counselor, None, student_described="Red jacket.", implicated=[staff.administrator]
    )
    assert opened is not None
    assert make.as_seen(opened, staff.counselor).student is None
    assert rows(staff.administrator) == links(recruiter, staff.administrator) == []
    with invalid("implicated"):
        make.targeted(recruiter, staff.counselor, None, implicated=[staff.counselor])


def test_whoever_is_kept_from_the_case_is_kept_from_the_same_students_other_one(
    staff: make.Staff, recruiter: Case
) -> None:
    workflow.exclude_person(
        actor=staff.counselor, case=recruiter, person=staff.administrator, reason="The uncle.", at=AT
    )
    make.targeted(recruiter, staff.counselor, make.as_seen(recruiter, staff.counselor).student)
    with acting_as(staff.administrator.pk):
        assert not Case.objects.visible_to(staff.administrator).exists()
    # Of another student whoever opens it decides: they are ticked on the form, and can be taken out.
    client = Client()
    client.force_login(staff.counselor)
    form = client.get(reverse("cases:open_targeted_case", args=[recruiter.pk])).context["form"]
    assert form["implicated"].value() == [staff.administrator.pk]


def test_what_cannot_be_taken(staff: make.Staff, recruiter: Case) -> None:
    stranger = make.student(staff.other_school, "Kim", "Kerr")
    with invalid("student"):
        make.targeted(recruiter, staff.counselor, stranger)
    with invalid("account", "reason"):
        make.targeted(recruiter, staff.counselor, None, account=" ", reason="")
    with conflict("Students targeted are recorded from the case of a student suspected of recruiting."):
        make.targeted(make.case(staff), staff.counselor, None)
    sent = uuid4()
    make.targeted(recruiter, staff.counselor, None, concern_id=sent)
    with pytest.raises(Conflict):
        make.targeted(recruiter, staff.counselor, None, concern_id=sent)
    with acting_as(staff.counselor.pk):
        assert CaseLink.objects.count() == 1


def test_a_student_with_a_case_that_the_opener_carries_gets_no_second_one(
    staff: make.Staff, recruiter: Case
) -> None:
    classmate = make.student(staff.school, "Robin", "Reed")
    there = make.case(staff, about=make.concern(staff, student=classmate))
    for _n in range(2):
        found = make.targeted(recruiter, staff.counselor, classmate)
        assert found is not None
        assert found.pk == there.pk
    assert [pk for pk, _words in links(recruiter, staff.counselor)] == [there.pk]
    with acting_as(staff.counselor.pk):
        assert Concern.objects.filter(case=there).count() == 3


def test_a_case_that_the_opener_does_not_see_gets_it_to_accept_and_the_opener_learns_nothing(
    staff: make.Staff, recruiter: Case
) -> None:
    classmate = make.student(staff.school, "Robin", "Reed")
    carrier = make.user("Cam Carrier", Role.SOCIAL_WORKER, staff.school)
    concern = make.concern(staff, student=classmate)
    there = make.case(staff, about=concern)
    make.helper(there, staff.counselor, carrier, Role.SOCIAL_WORKER)
    with acting_as(staff.counselor.pk):
        mine = CasePerson.objects.get(case=there, person=staff.counselor)
    workflow.remove_person(actor=staff.counselor, case=there, person=mine, reason="Handed over.", at=AT)
    assert make.targeted(recruiter, staff.counselor, classmate) is None
    assert links(recruiter, staff.counselor) == rows(staff.counselor) == []
    with acting_as(carrier.pk):
        [given] = Concern.objects.visible_to(carrier).held_by(carrier).waiting()
        assert (given.receiver, given.backup, given.student) == (carrier, staff.social_worker, classmate)
    with acting_as(staff.counselor.pk):
        mine = Concern.objects.visible_to(staff.counselor)
        assert [row.pk for row in mine.written_by(staff.counselor)] == [given.pk]
        assert given.pk not in {row.pk for row in mine.held_by(staff.counselor)}
    # The link is made; the one who sees both cases, and nobody else of either, sees it.
    assert links(recruiter, staff.administrator) == [(there.pk, "A student who may have been targeted")]
    assert rows(carrier) == rows(staff.social_worker) == []


def test_for_whom_that_case_does_not_exist_there_is_none(staff: make.Staff, recruiter: Case) -> None:
    classmate = make.student(staff.school, "Robin", "Reed")
    first = make.concern(staff, student=classmate, implicated=[staff.social_worker])
    there = make.case(staff, about=first)
    opened = make.targeted(recruiter, staff.social_worker, classmate)
    assert opened is not None
    assert opened.pk != there.pk
    assert links(recruiter, staff.social_worker) == [(opened.pk, "A student who may have been targeted")]
    assert [pk for pk, _words in links(recruiter, staff.counselor)] == []


def test_one_student_holds_both_cases_with_other_people_on_each(staff: make.Staff, recruiter: Case) -> None:
    victim = make.targeted(recruiter, staff.counselor, staff.student)
    assert victim is not None
    assert links(recruiter, staff.counselor) == [(victim.pk, "The same student, as a possible victim")]
    added = make.user("Nia New", Role.COUNSELOR, staff.school)
    make.helper(victim, staff.counselor, added, Role.COUNSELOR)
    workflow.exclude_person(
        actor=staff.counselor, case=victim, person=staff.administrator, reason="Her uncle.", at=AT
    )
    # Kept from the one and not from the other; on the one and not on the other.
    assert links(recruiter, staff.administrator) == rows(staff.administrator) == rows(added) == []
    with acting_as(staff.administrator.pk):
        assert not DataKey.objects.filter(scope=victim.pk).exists()
    with acting_as(added.pk):
        assert [case.pk for case in Case.objects.visible_to(added)] == [victim.pk]
    make.helper(recruiter, staff.counselor, added, Role.COUNSELOR)
    assert links(victim, added) == [(recruiter.pk, "The same student, as suspected of recruiting")]


def test_in_no_order_of_verbs_a_link_shows_to_one_who_may_not_see_both(
    staff: make.Staff, recruiter: Case
) -> None:
    others = [make.student(staff.school, "Robin", name) for name in ("Reed", "Rowe")]
    helpers = [
        make.user("Nia New", Role.COUNSELOR, staff.school),
        make.user("Ola Other", Role.SOCIAL_WORKER, staff.school),
    ]
    people = [staff.counselor, staff.administrator, staff.social_worker, staff.liaison, *helpers]
    cases = [recruiter]

    def seen(person: User) -> set[Any]:
        with acting_as(person.pk):
            return set(Case.objects.visible_to(person).values_list("pk", flat=True))

    def who_sees(case: Case, chance: random.Random) -> User:
        return chance.choice([person for person in people if case.pk in seen(person)] or people)

    def row(case: Case, by: User, chance: random.Random, *, excluded: bool) -> CasePerson:
        with acting_as(by.pk):
            there = CasePerson.objects.filter(case=case, until__isnull=True, excluded=excluded)
            found = list(there.exclude(person=by))
        return chance.choice(found) if found else CasePerson(pk=uuid4())

    def open_one(chance: random.Random) -> None:
        opened = make.targeted(
            recruiter, who_sees(recruiter, chance), chance.choice([*others, staff.student, None])
        )
        if opened and opened.pk not in {case.pk for case in cases}:
            cases.append(opened)

    def add(chance: random.Random) -> None:
        case, person = chance.choice(cases), chance.choice([*helpers, staff.counselor])
        make.helper(case, who_sees(case, chance), person, person.memberships.get().role)

    def remove(chance: random.Random) -> None:
        case = chance.choice(cases)
        by = who_sees(case, chance)
        found = row(case, by, chance, excluded=False)
        workflow.remove_person(actor=by, case=case, person=found, reason="Over.", at=AT)

    def exclude(chance: random.Random) -> None:
        case = chance.choice(cases)
        by, person = who_sees(case, chance), chance.choice(people)
        workflow.exclude_person(actor=by, case=case, person=person, reason="Related.", at=AT)

    def readmit(chance: random.Random) -> None:
        case = chance.choice(cases)
        found = row(case, staff.liaison, chance, excluded=True)
        workflow.readmit_person(actor=staff.liaison, case=case, person=found, reason="Not so.", at=AT)

    def void(chance: random.Random) -> None:
        workflow.void_case(actor=staff.liaison, case=chance.choice(cases[1:]), reason="Mistake.", at=AT)

    acts: list[Callable[[random.Random], None]] = [
        *(open_one, open_one, add, add, remove, exclude, readmit, readmit),
        lambda chance: None if chance.random() < 0.7 else void(chance),
    ]
    made, chance = 0, random.Random(11)
    make.helper(recruiter, staff.counselor, staff.liaison, Role.LIAISON)
    made_links: set[tuple[Any, Any]] = set()
    for _step in range(60):
        try:
            chance.choice(acts)(chance)
        except (Absent, NotPermitted, Conflict, Invalid, IndexError):
            continue
        made += 1
        for person in people:
            mine = seen(person)
            shown = set(rows(person))
            made_links |= shown
            assert all(one in mine and other in mine for one, other in shown), person.name
            # And none is hidden from who may open both.
            assert shown == {link for link in made_links if set(link) <= mine}, person.name
    assert made > 25
    assert len(made_links) > 4


def test_the_page_leads_to_a_case_only_for_who_may_open_both(staff: make.Staff, recruiter: Case) -> None:
    opened = make.targeted(recruiter, staff.counselor, make.student(staff.school, "Robin", "Reed"))
    assert opened is not None
    pages = {}
    for person in (staff.counselor, staff.social_worker):
        client = Client()
        client.force_login(person)
        pages[person] = client.get(reverse("cases:links", args=[recruiter.pk])).content.decode()
    assert "Robin Reed" in pages[staff.counselor]
    assert opened.get_absolute_url() in pages[staff.counselor]
    assert "Robin" not in pages[staff.social_worker]
    assert opened.number not in pages[staff.social_worker]
    assert "No linked case that you may open." in pages[staff.social_worker]


def test_the_form_keeps_what_was_typed_and_goes_to_the_new_case(staff: make.Staff, recruiter: Case) -> None:
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:open_targeted_case", args=[recruiter.pk])
    shown = client.get(f"{path}?same_student=1").context["form"]
    assert shown.about_same
    # Nobody passes over themselves.
    assert not shown.fields["implicated"].queryset.filter(pk=staff.counselor.pk).exists()
    data = {"concern_id": str(uuid4()), "account": "A car.", "same_student": "1"}
    answer = client.post(path, data)
    assert answer.status_code == 422
    assert "A car." in answer.content.decode()
    when = (AT - timedelta(days=1)).astimezone(staff.school.zone).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(path, data | {"first_known_at": when, "reason": "Fits."})
    assert answer.status_code == 302
    with acting_as(staff.counselor.pk):
        victim = Case.objects.get(track="suspected_victim")
    assert victim.student_id == staff.student.pk
    assert answer["Location"] == reverse("cases:links", args=[recruiter.pk])
    assert client.post(path, data | {"first_known_at": when, "reason": "Fits."}).status_code == 409


def test_the_answer_is_the_same_whether_the_student_has_a_case_that_is_not_seen(
    staff: make.Staff, recruiter: Case
) -> None:
    hidden, new = (make.student(staff.school, "Robin", name) for name in ("Reed", "Rowe"))
    make.case(staff, about=make.concern(staff, student=hidden))
    client = Client()
    client.force_login(staff.social_worker)
    path = reverse("cases:open_targeted_case", args=[recruiter.pk])
    when = (AT - timedelta(days=1)).astimezone(staff.school.zone).strftime("%Y-%m-%dT%H:%M")
    answers = []
    for student in (hidden, new):
        data = {"concern_id": str(uuid4()), "account": "A car.", "first_known_at": when, "reason": "Fits."}
        answer = client.post(path, data | {"student_query": student.full_name, "student": str(student.pk)})
        said = [str(message) for message in answer.wsgi_request._messages][-1:]  # type: ignore[attr-defined]
        answers.append((answer.status_code, answer.headers.get("Location"), said))
    assert answers[0] == answers[1]
    assert answers[0][::2] == (302, ["Recorded."])
