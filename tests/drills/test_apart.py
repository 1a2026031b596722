"""
Nothing of a drill reaches anybody real, and nothing real is in reach of a drill.

tests/matrix walks over every route and every row with a drill among them, and with its `twin` among those who try.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from cases import workflow
from cases.models import Case, Concern
from csec.accounts import resets
from csec.accounts.models import CalendarFeed, User
from csec.audit.models import Event
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.drafts import store
from csec.identity import acting_as
from csec.routes import DRILL
from tests import make
from tests.audit.ledger import seal, verify
from tests.cases.reminders.worker import as_worker, swept
from tests.cases.test_written_rows import AN_ABSENCE
from tests.drills.learning import Learner, signs_in, without_ids
from tests.matrix.cells import routes
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db(transaction=True)

REAL = ("teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel", "elsewhere")
DAY = timedelta(days=1)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def unfinished(staff: make.Staff) -> Learner:
    """A drill in which everything is left lying: a case with a request unanswered, a report owed, a concern unread."""
    learner = Learner(staff.administrator).begins()
    people, at = learner.people(), database_now()
    case = learner.case
    with acting_as(people["Toni Teacher"].pk):
        student = case.student
    seen = {
        "school": case.school,
        "student": student,
        "first_known_at": at,
        "account": "Invented for a drill.",
    }
    workflow.log_concern(actor=people["Toni Teacher"], concern_id=uuid4(), **seen, at=at)
    make.asked_in(case, learner.twin, people["Ori Officer"], at=at)
    make.missing(people["Toni Teacher"], student, at=at)
    workflow.suspect_parent(actor=people["Cam Counselor"], case=case, reason="Afraid of home.", at=at)
    return learner


def test_no_page_that_anybody_real_opens_shows_anything_of_a_drill() -> None:
    staff = make.Staff()
    make.number_of()
    unfinished(staff)
    pages = list(without_ids())
    assert len(pages) > 25
    for who in REAL:
        client = client_of(getattr(staff, who))
        for name, _declared in pages:
            answer = client.get(reverse(name))
            assert signs_in(answer) == [], (who, name)


def test_nor_does_a_search_of_any_kind() -> None:
    staff = make.Staff()
    learner = unfinished(staff)
    number = learner.case.number
    for who in ("counselor", "administrator", "liaison", "counsel", "sro"):
        for typed in ({"words": "Sky Student"}, {"words": number}):
            answer = client_of(getattr(staff, who)).post(reverse("cases:search"), typed)
            assert answer.status_code == 200
            assert f'href="{learner.case.get_absolute_url()}' not in answer.content.decode(), (who, typed)
    opened = client_of(staff.liaison).post(
        reverse("cases:begin_emergency_access"), {"number": number, "reason": "Threats."}
    )
    assert opened.status_code == 422
    # To whoever is in the drill the same search shows it.
    found = learner.client.post(reverse("cases:search"), {"words": "Sky Student"}).content.decode()
    assert f'href="{learner.case.get_absolute_url()}' in found


def asked_as(person: User, *calls: str) -> dict[str, list[tuple[Any, ...]]]:
    with acting_as(person.pk):
        return {call: sorted(ask(f"SELECT * FROM {call}"), key=str) for call in calls}  # noqa: S608 - ours


#: What goes past row-level security over all schools, as the first screens, lists and figures ask it.
OVER_ALL = (
    "cases_for_liaison()",
    *(f"cases_of_district(NULL, false, NULL, 1000, '{order}')" for order in ("late", "oldest", "newest")),
    "late_in_district()",
    "cases_to_review(now() + interval '90 days', true, NULL, NULL, 1000)",
    "transfers_waiting(now() + interval '9 days')",
    "cases_left_alone()",
    "holds_standing()",
    "beside_standing()",
    "reports_late_outside()",
    "requests_to_cover()",
    "figures(ARRAY(SELECT id FROM directory_school), now() - interval '1 year', current_date - 365)",
    "waiting_about(NULL)",
)


def test_what_goes_over_all_schools_counts_no_drill() -> None:
    staff = make.Staff()
    make.case(staff, at=database_now())
    before = {who: asked_as(getattr(staff, who), *OVER_ALL) for who in REAL}
    assert any(before["liaison"].values())
    learner = unfinished(staff)
    # Of a drill that there is, by its own ids.
    schools = tuple({learner.case.school_id})
    for who in REAL:
        assert asked_as(getattr(staff, who), *OVER_ALL) == before[who], who
        figures = f"figures(ARRAY['{schools[0]}']::uuid[], now() - interval '1 year', current_date - 365)"
        assert asked_as(getattr(staff, who), figures)[figures] == [], who


def test_the_worker_finds_none_and_writes_to_nobody() -> None:
    staff = make.Staff()
    learner = unfinished(staff)
    begun = database_now()
    for later in (timedelta(), timedelta(hours=1), DAY, 3 * DAY, 8 * DAY, 40 * DAY, 400 * DAY):
        assert swept(begun + later) == set(), later
    with as_worker():
        for table in ("directory_school", "accounts_user", "cases_case", "cases_concern", "cases_reportduty"):
            real = {"directory_school": 2, "accounts_user": 8}.get(table, 0)
            assert len(ask(f"SELECT id FROM {table}")) == real, table  # noqa: S608 - a table of ours
    assert learner.case.status == Case.Status.OPEN
    # Of what is real it writes all the same.
    make.case(staff, at=begun)
    assert swept(begun + 3 * DAY) != set()


def test_many_cases_of_drills_raise_no_alarm() -> None:
    staff = make.Staff()
    learner = Learner(staff.administrator).begins()
    for _n in range(3):
        learner.client.get(learner.case.get_absolute_url())
    since = "SELECT person FROM many_opened(now() - interval '1 hour', now() + interval '1 hour', 1, interval '1 hour')"
    assert ask(since, alias="owner") == []
    real = make.case(staff, at=database_now())
    client_of(staff.counselor).get(real.get_absolute_url())
    assert {person for (person,) in ask(since, alias="owner")} == {staff.counselor.pk}


MESSAGE = (
    "INSERT INTO delivery_message (id, subject, case_id, kind, due, recipient_id, level, send_after, state, attempts,"
    " next_try_at, created_at) VALUES (%s, %s, %s, 'check_in', now(), %s, 0, now(), 'waiting', 0, now(), now())"
)


def queued(subject: UUID, case: UUID | None, recipient: UUID) -> bool:
    """Whether a message that the owner of the database writes, past every policy, is there afterwards."""
    before = Message.objects.using("owner").count()
    with connections["owner"].cursor() as cursor:
        cursor.execute(MESSAGE, [uuid4(), subject, case, recipient])
    return Message.objects.using("owner").count() > before


def test_the_outbox_takes_no_message_about_a_drill_or_for_anybody_in_one() -> None:
    staff = make.Staff()
    learner, real = unfinished(staff), make.case(staff, at=database_now())
    with acting_as(learner.twin.pk):
        concern = Concern.objects.exclude(case=None).get()
    assert queued(uuid4(), real.pk, staff.counselor.pk)
    assert not queued(uuid4(), real.pk, learner.twin.pk)
    assert not queued(uuid4(), learner.case.pk, staff.counselor.pk)
    assert not queued(concern.pk, None, staff.counselor.pk)


def test_no_letter_goes_to_anybody_in_a_drill_and_nobody_signs_in_as_them() -> None:
    twin = Learner(make.Staff().counselor).begins().twin
    resets.ask(twin.email, at=database_now())
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_passwordreset (id, person_id, kind, address, asked_at)"
            " VALUES (gen_random_uuid(), %s, 'asked', '', now())",
            [twin.pk],
        )
        cursor.execute("SELECT count(*) FROM accounts_passwordreset")
        assert cursor.fetchone() == (0,)
    assert not twin.may_sign_in
    assert not User.objects.filter(pk=twin.pk).exists()
    for wrong in ("password = 'pbkdf2'", "last_login = now()", "email = 'twin@example.org'"):
        with pytest.raises(DatabaseError, match="accounts_user_of_a_drill_never_signs_in"):
            ask(f"UPDATE accounts_user SET {wrong} WHERE id = %s RETURNING id", twin.pk, alias="owner")  # noqa: S608


def refused(person: User, sql: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError as error:
        if "row-level security" not in str(error):
            raise
        return True
    return False


def test_postgresql_takes_nothing_from_one_side_into_the_other() -> None:
    staff = make.Staff()
    learner, real = Learner(staff.administrator).begins(), make.case(staff, at=database_now())
    twin, drill = learner.twin, learner.case
    on_case = (
        "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)"
        " VALUES (gen_random_uuid(), %s, %s, 'administrator', now(), false)"
    )
    assert refused(twin, on_case, drill.pk, staff.counselor.pk)
    assert refused(staff.administrator, on_case, real.pk, twin.pk)
    with acting_as(twin.pk):
        invented = drill.student
    for person, student, is_refused in (
        (twin, staff.student, True),
        (twin, invented, False),
        (staff.administrator, invented, True),
        (staff.administrator, staff.student, False),
    ):
        assert refused(person, AN_ABSENCE, person.pk, student.pk) == is_refused, (person, student)
    seen = {"concern_id": uuid4(), "first_known_at": make.AT, "account": "A car.", "at": database_now()}
    # Of whoever receives concerns at a real school there is nobody in a drill.
    with pytest.raises(workflow.Conflict):
        workflow.log_concern(actor=twin, school=real.school, **seen)
    with pytest.raises(DatabaseError, match='"one_side" for table "cases_concern"'):
        workflow.log_concern(actor=staff.administrator, school=drill.school, **seen)
    feed = CalendarFeed(person=twin, digest="0" * 64, made_at=database_now())
    with pytest.raises(DatabaseError, match="row-level security"), acting_as(twin.pk):
        feed.save(force_insert=True)
    for number, case in (("BCDF-BCDF", drill), ("DRILL-BCDFG", real)):
        with pytest.raises(DatabaseError, match="does not say whether this is a drill"):
            ask(
                "UPDATE cases_case SET number = %s WHERE id = %s RETURNING id", number, case.pk, alias="owner"
            )


def test_nor_does_anything_change_sides_later() -> None:
    staff = make.Staff()
    learner, real = Learner(staff.administrator).begins(), make.case(staff, at=database_now())
    drill = learner.case
    with acting_as(learner.twin.pk):
        [invented] = drill.concerns.all()
    with acting_as(staff.counselor.pk):
        [concern] = real.concerns.all()
    moved = "UPDATE {} SET school_id = %s{} WHERE id = %s"
    numbered = moved.format("cases_case", ", number = '{}'")
    for person, case, number, about, there in (
        (learner.twin, drill, "BCDF-BCDF", invented, real.school_id),
        (staff.counselor, real, "DRILL-BCDFG", concern, drill.school_id),
    ):
        assert refused(person, numbered.format(number), there, case.pk)
        assert refused(person, moved.format("cases_concern", ""), there, about.pk)


def test_a_student_with_two_cases_in_a_drill_is_asked_of_nobody_real() -> None:
    staff = make.Staff()
    learner = Learner(staff.administrator).begins()
    case, people, at = learner.case, learner.people(), database_now()
    with acting_as(learner.twin.pk):
        seen = {"school": case.school, "student": case.student, "first_known_at": at, "account": "Invented."}
    concern = workflow.log_concern(actor=people["Toni Teacher"], concern_id=uuid4(), **seen, at=at)
    workflow.open_case(
        actor=people["Cam Counselor"], concern=concern, track=case.track, reason="It fits.", at=at
    )
    with as_worker():
        assert ask("SELECT * FROM cases_beside()") == []
    with acting_as(staff.liaison.pk):
        assert ask("SELECT * FROM second_cases()") == []
    assert swept(at + 8 * DAY) == set()


def test_nobody_in_a_drill_keeps_staff_schools_or_settings() -> None:
    twin = Learner(make.Staff().administrator).begins().twin
    with acting_as(twin.pk):
        for call in ("answers_for(NULL)", f"answers_for('{twin.schools[0].pk}')", "keeps_staff()"):
            assert ask(f"SELECT {call}") == [(False,)], call
        assert ask("SELECT keeps_role('counselor', %s)", twin.schools[0].pk) == [(False,)]


def opened_form(client: Client, account: str) -> dict[str, Any]:
    """What is sent from a form for a concern that is open in a window."""
    page = client.get(reverse("cases:log_concern"))
    form = page.context["form"]
    return {
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
        "concern_id": str(form["concern_id"].value()),
        store.FIELD: form[store.FIELD].value(),
        "account": account,
        "first_known_at": make.AT.astimezone().strftime("%Y-%m-%dT%H:%M"),
    }


def sent_from_the_other_side(learner: Learner, opened_in: str, then: str, account: str) -> Any:
    """A form is opened, sides are changed in another window, and the form is sent."""
    client = learner.client
    data = opened_form(client, account)
    cookie = client.cookies["csrftoken"].value
    assert bool(client.session.get(DRILL)) == (opened_in == "drill")
    token = {"csrfmiddlewaretoken": data["csrfmiddlewaretoken"], "situation": "suspected_victim"}
    assert client.post(reverse(f"drills:{then}"), token).status_code == 302
    assert client.cookies["csrftoken"].value != cookie
    return client.post(reverse("cases:log_concern"), data)


@pytest.mark.parametrize(("opened_in", "then"), [("real", "begin_drill"), ("drill", "leave_drill")])
def test_a_form_that_was_opened_on_the_other_side_is_kept_for_its_author_and_not_taken(
    opened_in: str, then: str
) -> None:
    staff = make.Staff()
    learner = Learner(staff.teacher, strict=True)
    client = learner.client
    if opened_in == "drill":
        page = client.get(reverse("drills:drill"))
        token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
        client.post(reverse("drills:begin_drill"), token | {"situation": "suspected_victim"})
    author = learner.twin if opened_in == "drill" else staff.teacher
    answer = sent_from_the_other_side(learner, opened_in, then, "Picked up by a car.")
    assert answer.status_code == 403
    assert ask("SELECT count(*) FROM cases_concern", alias="owner") == [(0,)]
    with acting_as(author.pk):
        found = store.find(person=author.pk, form="log_concern")
    assert found is not None
    assert found[0]["account"] == "Picked up by a car."


def in_a_drill_that_is_over(staff: make.Staff) -> tuple[Client, dict[str, Any]]:
    """A form is open in a drill, and its person begins another one in another browser."""
    learner = Learner(staff.teacher, strict=True)
    client = learner.client
    page = client.get(reverse("drills:drill"))
    token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    client.post(reverse("drills:begin_drill"), token | {"situation": "suspected_victim"})
    data = opened_form(client, "Invented.")
    Learner(staff.teacher).begins()
    return client, data


def real_concerns() -> int:
    """By every concern that there is: who only reports finds none in a drill."""
    [(count,)] = ask("SELECT count(*) FROM cases_concern", alias="owner")
    return int(count)


def test_a_form_of_a_drill_that_ended_elsewhere_never_lands_in_what_is_real() -> None:
    client, data = in_a_drill_that_is_over(make.Staff())
    # Another window of the same browser finds out first.
    assert client.get(reverse("cases:cases"))["Location"] == reverse("home")
    assert client.post(reverse("cases:log_concern"), data).status_code == 409
    assert real_concerns() == 0


def test_what_is_sent_to_a_drill_that_ended_elsewhere_is_not_taken_and_said_so() -> None:
    client, data = in_a_drill_that_is_over(make.Staff())
    answer = client.post(reverse("cases:log_concern"), data, follow=True)
    assert "What you sent last was for the drill, and was not taken." in answer.content.decode()
    assert client.post(reverse("cases:log_concern"), data).status_code == 409
    assert real_concerns() == 0


def test_what_a_page_sends_by_itself_takes_nobody_out_of_a_drill_unseen() -> None:
    client, data = in_a_drill_that_is_over(make.Staff())
    assert client.post(reverse("cases:keep_draft"), data).status_code == 400
    assert DRILL in client.session
    assert "This drill is over" in client.get(reverse("home"), follow=True).content.decode()


def test_the_log_holds_after_a_drill_and_says_who_did_what_in_it(settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "audit.log")
    learner = Learner(make.Staff().administrator).begins()
    learner.lets_the_others_answer()
    people, twin = learner.people(), learner.twin
    learner.post("leave_drill")
    events = Event.objects.using("owner")
    did = {
        name: set(events.filter(actor=one.pk).values_list("verb", flat=True)) for name, one in people.items()
    }
    assert did["Toni Teacher"] == {"concern_logged", "report_recorded"}
    assert "case_opened" in did["Cam Counselor"]
    assert "drill_others_asked" in did[twin.name]
    own = list(events.filter(actor=learner.person.pk).order_by("number").values_list("verb", "subject"))
    assert own == [("drill_begun", twin.pk), ("drill_left", twin.pk)]
    seal()
    assert verify() == (0, "all is as it was written")


def test_every_page_of_this_product_is_looked_at() -> None:
    """Whoever adds a room is asked here whether a drill has a part in it."""
    rooms = {getattr(one, "namespace", None) or "" for one in get_resolver().url_patterns}
    assert rooms >= {"cases", "district", "drills"}
    closed = {name for name, pattern in routes() if not pattern.callback.declared.in_drills}  # type: ignore[attr-defined]
    assert {name for name, _pattern in routes() if name.startswith("district:")} <= closed
