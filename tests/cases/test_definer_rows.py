"""
What the application may ask past row-level security: it tells, and changes, nothing for whoever is not on the case.

Each function that runs as its owner stands here once: with somebody for whom it does something, or with why not.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from cases import workflow
from cases.models import Case, Concern
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.matrix.rows import looked_at, rows, write_as_owner
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db

#: Asked of who acts or of what is no case; by which test.
OTHERS = {
    "acting_drill": "in whose drill somebody acts",
    "answers_for": "tests/test_roles_in_time.py",
    "begin_drill": "tests/drills: makes a drill of one's own",
    "case_is_new": "tells that an id is a case's, which only a row of a new one's people asks",
    "cases_for_liaison": "tests/cases/test_asked_of_district.py: for a liaison, and looked at by `case_role`",
    "check_ins_without_school": "as check_ins_between, on the days without school",
    "closes_account": "tests/district/test_rows.py: of the staff",
    "concern_unheld": "tests/cases/test_case_role_rows.py: whether a concern has climbed, for `concern_held`",
    "delivery_backlog": "how many messages wait, of nobody",
    "emergency_locked": "of one's own emergency access",
    "end_drill": "tests/cases/test_told_by_definers.py: of one's own drill",
    "enters_away_for": "tests/test_roles_in_time.py",
    "feeds_missed": "how often somebody tried an address that is nobody's, of nobody",
    "first_liaison": "tests/accounts/test_first_liaison.py: only where there is none",
    "go_on_with_drill": "tests/cases/test_told_by_definers.py: of one's own drill",
    "kept_from_me": "tests/cases/reminders/test_history.py: of what is named, whether it is kept from oneself",
    "keeps_role": "tests/test_roles_in_time.py",
    "keeps_staff": "tests/test_roles_in_time.py",
    "leave_drill": "tests/cases/test_told_by_definers.py: of one's own drill",
    "lock_case_of_duty": "tests/cases/test_told_by_definers.py: locks a row, and tells nothing",
    "lock_cases_of_student": "tests/cases/test_told_by_definers.py: locks rows, and tells nothing",
    "lock_for_transfer": "tests/cases/test_told_by_definers.py: locks two rows, and tells nothing",
    "log_unsealed_since": "since when the log is not sealed",
    "note_log_refused": "that the log was refused, of nobody",
    "nobody_carries": "tests/cases/test_add_person.py: of a case that one sees, whether it has somebody",
    "of_the_district": "of one's own role",
    "recovery_key_is_made": "whether there is one, of nobody",
}

#: What tells something, and to whom of the world below it does.
TELLS = {
    "added_and_read_before(%(new)s)": "receiver",
    "asks_to_settle(%(case)s, %(beside)s)": "liaison",
    "beside_standing()": "counsel",
    "case_for_emergency(%(number)s)": "counsel",
    "case_goes_on_elsewhere(%(gone)s)": "administrator",
    "case_readings(%(case)s)": "counselor",
    "case_role(%(case)s)": "counselor",
    "cases_carried(%(helper)s, NULL, NULL)": "administrator",
    "cases_left_alone()": "administrator",
    "cases_of_district(NULL, false, NULL, 100)": "liaison",
    "cases_to_review(now() + interval '1 year', true, NULL, NULL, 100)": "administrator",
    "check_ins_between(ARRAY[%(school)s]::uuid[], ARRAY[current_date - 9], ARRAY[current_date + 30],"
    " now() - interval '9 days')": "administrator",
    "concern_access(%(concern)s)": "social_worker",
    "concern_held(%(concern)s)": "social_worker",
    "duty_is_mine(%(duty)s)": "counselor",
    "emergency_is_told(%(case)s)": "counsel",
    "figures(ARRAY[%(school)s]::uuid[], now() - interval '1 year', current_date - 365)": "administrator",
    "holds_standing()": "liaison",
    "key_access(%(key)s, %(case)s)": "counselor",
    "late_in_district()": "liaison",
    "may_open_in_emergency(%(case)s)": "counsel",
    "may_review_case(%(case)s)": "administrator",
    "parents_frozen(%(case)s)": "counselor",
    "parents_frozen_elsewhere(%(beside)s)": "counselor",
    "place_in_district(%(case)s)": "liaison",
    "receives_transfer(%(case)s, %(receiver)s, %(other_school)s)": "receiver",
    "report_owed(%(case)s)": "counselor",
    "request_access(%(request)s)": "logger",
    "requested_cases(%(request)s)": "counsel",
    "reports_late_outside()": "administrator",
    "requests_to_cover()": "cover",
    "second_cases()": "liaison",
    "transfer_key(%(transfer_key)s, %(transfer)s)": "receiver",
    "transfer_section_access(%(transfer)s, 'team')": "receiver",
    "transfer_sends(%(transfer)s, 'team')": "counselor",
    "transfers_waiting(now())": "receiver",
    "waiting_about(%(case)s)": "helper",
}

#: What changes something, and for whom.
CHANGES = {
    "ask_again_where_it_goes_on(%(gone)s, now())": "counselor",
    "ask_opted_out_again(%(case)s, now(), '1 day', true)": "counselor",
    "ask_reports_again(%(case)s, now(), '1 day', true)": "counselor",
    "carry_report(%(case)s, %(helper)s, now(), '1 day', true)": "counselor",
    "carry_report(%(back)s, %(leaving)s, now(), '1 day', true)": "counselor",
    "carry_report(%(new)s, %(stranger)s, now(), '1 day', true)": "receiver",
    "end_access_apart(%(undone)s, now())": "administrator",
    "end_access_for_others(%(renamed)s, now())": "counselor",
    "end_requested_access(%(request)s, now())": "liaison",
    "give_to_case(%(given)s, %(recruiting)s, 'targeted', now())": "counselor",
    "hand_over(%(transfer)s, %(made)s, now())": "receiver",
    "leave_cases(%(ended)s)": "administrator",
    "leave_cases(%(own)s)": "administrator",
    "note_missing(%(concern)s, now() - interval '1 day')": "social_worker",
    "note_report(%(duty)s, %(made)s, now(), 'x', false, now())": "counselor",
    "note_same_report(%(same)s, %(made)s, now(), 'x', now())": "counselor",
    "put_check_in(%(check_in)s, %(due_on)s, %(due_on)s, NULL, now(), now() + '1 hour', now() + '2 hours', 0, now())": (
        "administrator"
    ),
    "raise_absence_alerts(%(absence)s)": "teacher",
    "raise_alerts_of_case(%(case)s, now() - interval '1 day', now())": "counselor",
    "raise_alerts_of_merged(%(merge)s, now() - interval '1 day', now())": "administrator",
    "remind_again(%(off)s, now())": "counselor",
    "take_concerns_apart(%(undone)s, now() - interval '1 day', now())": "administrator",
}

#: Who is not on the case: never was, was once, or is kept from it; and nobody.
OUTSIDERS = ("elsewhere", "stranger", "former", "kin", "kept_liaison", "kept_counsel", "nobody")
#: Of the district all read each request for records, whatever case there is; and whoever answers for a school moves the
#: contacts of its cases, has whoever covers reminded of them, and takes whoever leaves off them, and learns of none.
THEIRS_ALL_THE_SAME = {
    "request_access": {"kept_liaison", "kept_counsel"},
    "end_requested_access": {"kept_liaison", "kept_counsel"},
    "check_ins_between": {"kept_liaison", "kin"},
    "put_check_in": {"kept_liaison", "kin"},
    "leave_cases": {"kept_liaison", "kin"},
    "remind_again": {"kept_liaison", "kin"},
}
#: Who is on the case, or of the district, and not in that role.
NOT_THEIRS = {
    "asks_to_settle": ("counselor", "administrator"),
    "beside_standing": ("counselor", "administrator", "liaison"),
    "case_goes_on_elsewhere": ("sro",),
    "case_readings": ("sro",),
    "cases_left_alone": ("counselor", "sro"),
    "check_ins_between": ("counselor", "counsel"),
    "cases_of_district": ("counselor", "administrator", "counsel"),
    "cases_to_review": ("counselor", "counsel"),
    "emergency_is_told": ("counselor", "administrator", "sro"),
    "end_access_apart": ("counselor", "liaison"),
    "figures": ("counselor", "sro"),
    "give_to_case": ("administrator",),
    "hand_over": ("counselor", "administrator"),
    "holds_standing": ("counselor", "administrator", "counsel"),
    "late_in_district": ("counselor", "administrator", "counsel"),
    "leave_cases(%(ended)s)": ("counselor", "leaving"),
    # Nobody by their own role, whatever other one they have.
    "leave_cases(%(own)s)": ("counselor", "liaison"),
    "note_report": ("administrator", "teacher"),
    "note_same_report": ("administrator", "teacher"),
    "place_in_district": ("counselor", "administrator", "counsel"),
    "put_check_in": ("counselor", "counsel"),
    "raise_absence_alerts": ("counselor", "administrator"),
    "raise_alerts_of_merged": ("counselor", "liaison"),
    "remind_again": ("teacher", "helper", "sro", "counsel"),
    "reports_late_outside": ("counselor", "counsel", "teacher"),
    "requested_cases": ("counselor", "liaison"),
    "requests_to_cover": ("counselor", "sro", "administrator"),
    "second_cases": ("counselor", "administrator"),
    "take_concerns_apart": ("counselor", "liaison"),
    "transfers_waiting": ("sro",),
    "waiting_about": ("sro",),
}
HOUR = timedelta(hours=1)


class World:
    """A case with one of everything that is asked about, and others beside it; `ids` is what a question can name."""

    def __init__(self) -> None:
        self.staff = staff = make.Staff()
        self.now = database_now()
        school, other = staff.school, staff.other_school
        named = ("teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel")
        self.people: dict[str, User | None] = {name: getattr(staff, name) for name in (*named, "elsewhere")}
        self.people |= {
            "nobody": None,
            "stranger": make.user("Sia Stranger", Role.REPORTER, school),
            "logger": make.user("Lio Logger", Role.REPORTER, school),
            "former": make.user("Faye Former", Role.COUNSELOR, school),
            "helper": make.user("Hana Helper", Role.COUNSELOR, school),
            "leaving": make.user("Lin Leaving", Role.COUNSELOR, school),
            "kin": make.user("Kay Kin", Role.ADMINISTRATOR, school),
            "kept_liaison": make.user("Kim Kept", Role.LIAISON),
            "kept_counsel": make.user("Kai Kept", Role.COUNSEL),
            "receiver": make.user("Rhea Receiver", Role.SOCIAL_WORKER, other, receives=2),
            "cover": make.user("Cory Cover", Role.SRO, school),
        }
        self.cases: list[Case] = []
        self.ids: dict[str, Any] = {"school": school.pk, "other_school": other.pk, "made": uuid4()}
        self.ids |= {name: person.pk for name, person in self.people.items() if person}
        self.the_case()
        self.beside_it()
        self.gone_and_new()
        self.requested()
        self.roster()
        self.late_outside()
        self.kept_from_all()
        for case in self.cases:
            for name in ("kin", "kept_liaison", "kept_counsel"):
                self.put(case, name, excluded=True)

    def opened(self, student: Any = None, track: str = "suspected_victim") -> Case:
        student = student or make.student(self.staff.school, "Jules", f"Marsh {len(self.cases)}")
        concern = make.concern(self.staff, student=student, at=self.now)
        case = make.case(self.staff, track, about=concern, at=self.now)
        self.cases.append(case)
        return case

    def put(self, case: Case, name: str, role: str = "reporter", *, excluded: bool = False) -> None:
        """On a case, or kept from it, as the owner of the database writes it."""
        write_as_owner(
            "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)"
            " VALUES (gen_random_uuid(), %s, %s, %s, now() - interval '1 hour', %s)",
            *(case.pk, self.ids[name], role, excluded),
        )

    def the_case(self) -> None:
        staff, now = self.staff, self.now
        case = self.case = self.opened(staff.student)
        counselor, officer = staff.counselor, staff.sro
        former = make.helper(case, counselor, self.people["former"], Role.COUNSELOR, at=now)
        workflow.remove_person(actor=counselor, case=case, person=former, reason="Over.", at=now)
        self.put(case, "helper", "counselor")
        self.put(case, "leaving", "counselor")
        make.asked_in(case, counselor, officer, at=now)
        workflow.suspect_parent(actor=counselor, case=case, reason="Afraid of home.", at=now)
        # The officer has not answered in time: whoever covers for them is asked.
        write_as_owner(
            "UPDATE accounts_membership SET cover_id = %s WHERE person_id = %s", self.ids["cover"], officer.pk
        )
        write_as_owner(
            "UPDATE cases_srorequest SET climbs_at = now() - interval '1 hour' WHERE case_id = %s", case.pk
        )
        transfer = make.offered(case, counselor, self.people["receiver"], at=now)
        [teachers] = make.duties(staff.teacher, case=case)
        workflow.record_report(
            actor=staff.teacher, duty=teachers, outcome="not_applicable", reason="Known.", at=now
        )
        [duty] = make.duties(counselor, case=case)
        contact = make.check_in(case, counselor)
        # Asked about once, and not soon again; the counselor was to be away, and is not.
        write_as_owner(
            "UPDATE cases_checkin SET before_at = now() - interval '1 hour', remind_at = now() + interval '1 hour'"
            " WHERE id = %s",
            contact.pk,
        )
        off = uuid4()
        write_as_owner(
            "INSERT INTO accounts_away (id, person_id, first_day, last_day, entered_at, withdrawn_at)"
            " VALUES (%s, %s, current_date, current_date, now(), now())",
            *(off, counselor.pk),
        )
        self.ids |= {
            "case": case.pk, "number": case.number, "key": case.key_id, "transfer": transfer.pk,
            "transfer_key": transfer.key_id, "duty": duty.pk, "check_in": contact.pk, "due_on": contact.due_on,
            "off": off,
        }  # fmt: skip
        write_as_owner(
            "INSERT INTO audit_event (id, at, actor, role, verb, case_id, result)"
            " VALUES (gen_random_uuid(), now(), %s, '', 'case_viewed', %s, 'done')",
            counselor.pk,
            case.pk,
        )

    def beside_it(self) -> None:
        """Another case of the same student, a concern about them that waits, and one about whom they recruited."""
        staff, now, counselor = self.staff, self.now, self.staff.counselor
        beside = self.opened(staff.student)
        recruiting = self.opened(track="suspected_recruiter")
        recruited = make.student(staff.school, "Robin", "Reed")
        self.opened(recruited)
        given = make.concern(staff, author=counselor, student=recruited, at=now)
        # Reported, and on another track since, which asks for it once more.
        same = self.opened()
        make.own_report(same, counselor, at=now)
        workflow.reclassify(
            actor=counselor,
            case=same,
            to="confirmed_victim",
            reason="Told us.",
            basis="disclosure",
            decided_by="Both",
            at=now,
        )
        alone = self.opened()
        officer = make.user("Ola Officer", Role.SRO, staff.school)
        request = make.asked_in(alone, counselor, officer, at=now)
        workflow.accept_request(actor=officer, request=request, at=now)
        write_as_owner(
            "INSERT INTO accounts_away (id, person_id, first_day, last_day, entered_at)"
            " VALUES (gen_random_uuid(), %s, current_date - 2, current_date + 2, now())",
            officer.pk,
        )
        self.ids |= {
            "beside": beside.pk,
            "concern": make.concern(staff, at=now).pk,
            "recruiting": recruiting.pk,
            "given": given.pk,
            "same": make.duties(counselor, case=same)[0].pk,
        }

    def reported_once(self, case: Case, person: str, number: int, *, ended: bool) -> None:
        write_as_owner(
            "INSERT INTO cases_reportduty (id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at,"
            " due_at, may_opt_out, how, ended_at) SELECT gen_random_uuid(), k.id, %s, k.school_id, %s, %s, now(),"
            " now(), now(), true, %s, %s FROM cases_concern k WHERE k.case_id = %s",
            *(case.pk, self.ids[person], number, "own" if ended else "", self.now - HOUR if ended else None),
            case.pk,
        )

    def gone_and_new(self) -> None:
        """A case that goes on at the other school; and one in which whoever comes back is asked once more."""
        staff, now, counselor = self.staff, self.now, self.staff.counselor
        receiver = self.people["receiver"]
        assert receiver
        gone = self.opened()
        with acting_as(staff.teacher.pk):
            concern = Concern.objects.get(case=gone.pk)
        workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Again.", at=now)
        write_as_owner(
            "UPDATE cases_concern SET accepted_at = now(), accepted_by_id = %s WHERE id = %s",
            *(counselor.pk, concern.pk),
        )
        offer = make.offered(gone, counselor, receiver, at=now)
        new = workflow.accept_transfer(actor=receiver, transfer=offer, at=now)
        new = make.as_seen(new, receiver)
        make.own_report(new, receiver, at=now)
        back = self.opened()
        self.reported_once(back, "leaving", 1, ended=True)
        self.reported_once(back, "counselor", 2, ended=False)
        self.cases.append(new)
        self.ids |= {"gone": gone.pk, "new": new.pk, "back": back.pk}

    def opened_for(self, student: Any, case: Case) -> Any:
        """A request for a student's records, for which counsel has a case open."""
        request = make.records_request(self.staff, by=self.people["logger"], student=student, at=self.now)
        workflow.open_requested_case(
            actor=self.staff.counsel, request=request, case=case.pk, at=database_now()
        )
        return request

    def requested(self) -> None:
        """Cases open to counsel for a request, of which two turn out to be of another student."""
        staff, now = self.staff, self.now
        request = self.opened_for(staff.student, self.cases[1])
        other, kept, alias = (make.student(staff.school, "Ira", f"Ito {n}") for n in range(3))
        renamed = self.opened(other)
        self.opened_for(other, renamed)
        write_as_owner("UPDATE cases_case SET student_id = %s WHERE id = %s", kept.pk, renamed.pk)
        apart = self.opened(make.student(staff.school, "Uma", "Underhill"))
        merge = make.merged(staff.administrator, Student(pk=apart.student_id), alias, at=now)
        self.opened_for(alias, apart)
        of_alias = make.concern(staff, student=alias, at=now)
        workflow.attach_concern(
            actor=staff.counselor, concern=of_alias, case=apart, reason="One student.", at=now
        )
        with acting_as(staff.administrator.pk):
            write_as_owner(
                "UPDATE directory_studentmerge SET undone_at = now(), undone_by_id = acting_person() WHERE id = %s",
                merge.pk,
            )
            write_as_owner("UPDATE directory_student SET merged_into_id = NULL WHERE id = %s", alias.pk)
        self.ids |= {"request": request.pk, "renamed": renamed.pk, "undone": merge.pk}

    def roster(self) -> None:
        """Missing students, of whom nobody has been told yet; and a role that is over."""
        staff = self.staff
        kept, alias = (make.student(staff.school, "Vic", f"Vane {n}") for n in range(2))
        self.opened(kept)
        make.concern(staff, student=kept, at=self.now)
        merge = make.merged(staff.administrator, kept, alias, at=self.now)
        absence = uuid4()
        for id, student in ((absence, staff.student), (uuid4(), alias)):
            write_as_owner(
                "INSERT INTO cases_studentabsence (id, student_id, missing_since, entered_at, entered_by_id)"
                " VALUES (%s, %s, now(), now(), %s)",
                *(id, student.pk, staff.teacher.pk),
            )
        leaving = self.people["leaving"]
        assert leaving
        ended = leaving.memberships.get().pk
        # The liaison once was a counselor there.
        own = Membership.objects.create(
            person=staff.liaison, school=staff.school, role=Role.COUNSELOR, since=make.SINCE
        )
        self.put(self.cases[0], "liaison", "counselor")
        self.ids |= {"merge": merge.pk, "absence": absence, "ended": ended, "own": own.pk}
        over = "UPDATE accounts_membership SET until = current_date - 10 WHERE id = ANY (%s)"
        write_as_owner(over, [ended, own.pk])

    def late_outside(self) -> None:
        """A report that is late about a concern in no case, which goes past those who are kept from everything."""
        past = [self.people[name] for name in ("kin", "kept_liaison")]
        concern = make.concern(self.staff, author=self.people["logger"], implicated=past, at=self.now)
        write_as_owner(
            "UPDATE cases_reportduty SET due_at = now() - interval '1 hour' WHERE concern_id = %s", concern.pk
        )

    def kept_from_all(self) -> None:
        """A case that nobody carries, kept from all who would answer for it: somebody was written to beside them."""
        case = self.opened()
        write_as_owner("UPDATE cases_caseperson SET until = since WHERE case_id = %s", case.pk)
        for name in ("administrator", "liaison"):
            self.put(case, name, excluded=True)
        for name in ("administrator", "liaison", "counsel", "kept_counsel", "stranger"):
            write_as_owner(
                "INSERT INTO delivery_message (id, subject, kind, due, recipient_id, level, send_after, next_try_at,"
                " state, attempts, created_at) VALUES (gen_random_uuid(), %s, 'nobody_answers', now(), %s, 0, now(),"
                " now(), 'waiting', 0, now())",
                *(case.pk, self.ids[name]),
            )


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once, and taken back at the end; whatever a question changes is taken back at once."""
    with django_db_blocker.unblock(), looked_at(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def name_of(call: str) -> str:
    return call.partition("(")[0]


def asked(world: World, who: str, call: str) -> list[Any]:
    """What the application is told on somebody's behalf, if anything; what it changes stays."""
    person = world.people[who]
    try:
        with (
            transaction.atomic(),
            acting_as(person.pk) if person else nullcontext(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {call}", world.ids)  # noqa: S608 - a function of ours
            told = [one for row in cursor.fetchall() for one in row]
    except DatabaseError as error:
        if name_of(call) == "note_report" and "another's duty" in str(error):
            return []
        raise
    return [one for one in told if one not in (None, False, 0, "", [])]


def outsiders(call: str) -> list[str]:
    name = name_of(call)
    also = NOT_THEIRS.get(call, NOT_THEIRS.get(name, ()))
    return [one for one in (*OUTSIDERS, *also) if one not in THEIRS_ALL_THE_SAME.get(name, ())]


def test_each_function_that_runs_as_its_owner_stands_here() -> None:
    found = ask(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND prorettype <> 'trigger'::regtype AND has_function_privilege('csec_app', oid, 'EXECUTE')"
    )
    here = [*OTHERS, *{name_of(call) for call in (*TELLS, *CHANGES)}]
    assert sorted(here) == sorted(name for (name,) in found)


@pytest.mark.parametrize("call", TELLS, ids=name_of)
def test_it_tells_nothing_to_whoever_is_not_on_the_case(world: World, call: str) -> None:
    assert asked(world, TELLS[call], call), TELLS[call]
    assert {who: asked(world, who, call) for who in outsiders(call)} == {who: [] for who in outsiders(call)}


@pytest.mark.parametrize("call", CHANGES, ids=name_of)
def test_it_changes_nothing_for_whoever_is_not_on_the_case(world: World, call: str) -> None:
    before = rows()
    with transaction.atomic():
        assert {who: asked(world, who, call) for who in outsiders(call)} == {
            who: [] for who in outsiders(call)
        }
        assert rows() == before
        transaction.set_rollback(True)
    with transaction.atomic():
        asked(world, CHANGES[call], call)
        assert rows() != before, CHANGES[call]
        transaction.set_rollback(True)
