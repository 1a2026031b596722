"""Builds what a test asserts on: people and places as the owner makes them, cases by the verbs alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import Model

from cases import workflow
from cases.breaks import Break
from cases.models import (
    BreakPlan,
    Case,
    CasePerson,
    CheckIn,
    CheckInPlan,
    Concern,
    Decision,
    EmergencyAccess,
    Entry,
    Interview,
    RecordsRequest,
    Release,
    ReportDuty,
    SroRequest,
    StepPart,
    TrackRun,
    Transfer,
)
from cases.rhythm import Rhythm
from cases.workflow.opening import new_number
from csec.accounts.models import Membership, User
from csec.accounts.roles import DISTRICT_ROLES, Role
from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Closure, District, School, Student
from csec.identity import acting_as
from district import workflow as district_workflow

M = TypeVar("M", bound=Model)

#: Friday 20 November 2026, 14:50 in California.
AT = datetime(2026, 11, 20, 22, 50, tzinfo=UTC)
SINCE = date(2026, 1, 5)
DAY = timedelta(days=1)


def district() -> District:
    return District.objects.create(name="Redwood District", dispatch_number="555-0100")


def number_of(kind: str = "child_welfare", telephone: str = "555-0122", day: date = SINCE) -> Agency:
    """A number that the district telephones, made sure of on that day."""
    name = str(Agency.Kind(kind).label)
    return Agency.objects.create(kind=kind, name=name, telephone=telephone, verified_on=day)


def school(name: str = "Alder High", time_zone: str = "America/Los_Angeles") -> School:
    return School.objects.create(name=name, time_zone=time_zone)


def user(name: str, role: str, at_school: School | None = None, **membership: Any) -> User:
    """A person with one role since January; `receives=1` makes them the school's receiver."""
    return users((name, role, at_school, membership))[0]


def users(*people: tuple[str, str, School | None, dict[str, Any]]) -> list[User]:
    """Several people, in two statements: what every test builds is written at once."""
    made, memberships = [], []
    for name, role, at_school, more in people:
        person = User(email=f"{name.lower().replace(' ', '.')}@example.org", name=name)
        person.set_password("correct horse battery staple")
        made.append(person)
        place = None if role in DISTRICT_ROLES else at_school
        agreed = {"agreed_on": SINCE} if role == Role.SRO else {}
        memberships.append(Membership(person=person, school=place, role=role, since=SINCE, **(agreed | more)))
    User.objects.bulk_create(made)
    Membership.objects.bulk_create(memberships)
    return made


def student(at_school: School, given_name: str = "Avery", family_name: str = "Brook", **more: Any) -> Student:
    return Student.objects.create(school=at_school, given_name=given_name, family_name=family_name, **more)


#: Two weeks without school, a month after AT.
WINTER = Break(date(2026, 12, 19), date(2027, 1, 3))


def winter_break() -> Closure:
    """The closure that makes WINTER, with the weekends before and after it."""
    row, _new = Closure.objects.get_or_create(
        first_day=WINTER.first_day + 2 * DAY,
        last_day=WINTER.last_day - 2 * DAY,
        defaults={"name": "Winter break"},
    )
    return row


class Staff:
    """One school with one person of each role, as most tests need them."""

    def __init__(self) -> None:
        self.school = school()
        self.other_school = school("Birch Middle")
        (
            self.teacher,
            self.counselor,
            self.social_worker,
            self.sro,
            self.administrator,
            self.liaison,
            self.counsel,
            self.elsewhere,
        ) = users(
            ("Terry Teacher", Role.REPORTER, self.school, {}),
            ("Casey Counselor", Role.COUNSELOR, self.school, {"receives": 1}),
            ("Sam Socialworker", Role.SOCIAL_WORKER, self.school, {"receives": 2}),
            ("Olu Officer", Role.SRO, self.school, {}),
            ("Ada Administrator", Role.ADMINISTRATOR, self.school, {}),
            ("Lee Liaison", Role.LIAISON, None, {}),
            ("Lou Counsel", Role.COUNSEL, None, {}),
            ("Ellis Elsewhere", Role.COUNSELOR, self.other_school, {"receives": 1}),
        )
        self.student = student(self.school)


def concern(staff: Staff, *, author: User | None = None, at: datetime = AT, **given: Any) -> Concern:
    """A concern about the staff's student, logged by the teacher."""
    values: dict[str, Any] = {
        "concern_id": uuid4(),
        "school": staff.school,
        "student": staff.student,
        "first_known_at": at,
        "account": "Picked up by a car of strangers after school.",
    }
    return workflow.log_concern(actor=author or staff.teacher, at=at, **(values | given))


def case(
    staff: Staff,
    track: str = "suspected_victim",
    *,
    at: datetime = AT,
    about: Concern | None = None,
    **given: Any,
) -> Case:
    """A case opened by the counselor from a concern, as the counselor sees it."""
    confirmation = {"basis": "disclosure", "decided_by": "Casey Counselor and Ada Administrator"}
    values = {"reason": "What was seen fits the indicators."} | (
        confirmation if track == "confirmed_victim" else {}
    )
    opened = workflow.open_case(
        actor=staff.counselor, concern=about or concern(staff, at=at), track=track, at=at, **(values | given)
    )
    return as_seen(opened, staff.counselor)


def another_case(staff: Staff, track: str = "suspected_victim", *, at: datetime = AT) -> Case:
    """The same of a student of whom there is no other case: two of one student are asked of the district."""
    return case(
        staff, track, at=at, about=concern(staff, at=at, student=student(staff.school, "Jules", "Marsh"))
    )


def as_seen(case: Case, person: User) -> Case:
    """The case as it is now, as that person sees it."""
    with acting_as(person.pk):
        return Case.objects.visible_to(person).select_related("school", "key", "protocol").get(pk=case.pk)


def part(case: Case, person: User, name: str) -> StepPart:
    """A part of the case's open track by its id in the definition."""
    with acting_as(person.pk):
        return StepPart.objects.select_related("run", "case").get(
            case=case, part=name, run__ended_at__isnull=True
        )


def opted_out(case: Case, *, at: datetime = AT) -> None:
    """Everybody whose duty is still open in a case says for themselves why none applies, or confirms a joint report."""
    for one in User.objects.all():
        for duty in duties(one, case=case, ended_at=None):
            if duty.may_opt_out and not duty.called_at:
                given = {"outcome": "not_applicable", "reason": "Known already."}
                workflow.record_report(actor=one, duty=duty, at=at, **given)
    confirmed(case, at=at)


def parts(case: Case, person: User, **where: Any) -> list[StepPart]:
    with acting_as(person.pk):
        return list(StepPart.objects.select_related("run", "case").filter(case=case, **where))


def record(
    case: Case, person: User, name: str, outcome: str = "done", *, at: datetime = AT, **given: Any
) -> Entry:
    """An outcome of a part of the open track, entered by that person as the part is now."""
    now = part(case, person, name)
    if now.kind == "contact":
        if "review_on" in given:
            given["next_on"] = given.pop("review_on")
        return workflow.record_checkin(
            actor=person,
            part=now,
            version=now.version,
            seen=outcome == "done",
            happened_at=at,
            at=at,
            **given,
        )
    return workflow.record_outcome(
        actor=person, part=now, version=now.version, outcome=outcome, happened_at=at, at=at, **given
    )


def own_report(case: Case, person: User, *, at: datetime = AT, **given: Any) -> Entry:
    """That person's own report, in the open track; it ends nobody else's duty."""
    values = {"phoned_at": at, "written_at": at, "agency": "Child Welfare Services"}
    return record(case, person, "report", at=at, values=values | given)


def reported(case: Case, person: User, *, at: datetime = AT) -> Entry:
    """The report of the open track, made by that person for all: each of the others confirms it."""
    entry = own_report(case, person, at=at)
    confirmed(case, at=at)
    return entry


def duties(person: User, **where: Any) -> list[ReportDuty]:
    """That person's duties to report, the open ones unless said otherwise."""
    with acting_as(person.pk):
        rows = ReportDuty.objects.filter(person=person, **(where or {"ended_at": None}))
        return list(rows.select_related("school", "key").order_by("asked_at", "number"))


def confirmed(case: Case, *, at: datetime = AT) -> None:
    """Everybody whose duty is still open in a case says that a joint report was made."""
    for person in User.objects.all():
        for duty in duties(person, case=case, ended_at=None):
            workflow.confirm_joint_report(
                actor=person, duty=duty, agency="Child Welfare Services", made_at=at, at=at
            )


#: An accepted referral to counseling, as the protocol's second reading asks for it.
ACCEPTED = {
    "provider": "Harbor Youth Services",
    "offered_to": "student",
    "referral_answer": "accepted",
    "consent_basis": "provider_decides",
}


def accepted(case: Case, person: User, *, at: datetime = AT, **values: Any) -> Entry:
    """A service referral that was offered and accepted."""
    return record(case, person, "offer_referral", at=at, values=ACCEPTED | values)


def left_school(student: Student, **changed: Any) -> Student:
    """What the roster says of a student from now on: without more, that they left."""
    Student.objects.filter(pk=student.pk).update(**(changed or {"active": False}))
    return Student.objects.get(pk=student.pk)


def asked_in(case: Case, person: User, officer: User, *, at: datetime = AT) -> SroRequest:
    """That person's request to the officer, from the step that asks one in."""
    notify = part(case, person, "notify")
    return workflow.request_sro(actor=person, part=notify, version=notify.version, officer=officer, at=at)


def check_in(case: Case, person: User, **where: Any) -> CheckIn:
    """The check-in that waits (or the only one of another state)."""
    with acting_as(person.pk):
        found = CheckIn.objects.select_related("plan__person", "plan__cover", "taken_by", "entry")
        return found.get(case=case, **(where or {"state": CheckIn.State.WAITING}))


def check_ins(case: Case, person: User) -> list[tuple[date, str]]:
    """Every check-in of a case by its day, with its state."""
    with acting_as(person.pk):
        return list(CheckIn.objects.filter(case=case).order_by("due_on").values_list("due_on", "state"))


def helper(case: Case, by: User, person: User, role: str, *, at: datetime = AT) -> CasePerson:
    """Somebody is put on the case by that person."""
    return workflow.add_person(actor=by, case=case, person=person, role=role, reason="Helps.", at=at)


def scheduled(
    case: Case,
    by: User,
    *,
    rhythm: Rhythm | None = None,
    first_on: date | None = None,
    at: datetime = AT,
    **given: Any,
) -> CheckInPlan:
    """A schedule of the case, weekly from the contact that waits unless said otherwise, made by `by`."""
    return workflow.plan_checkins(
        actor=by,
        case=case,
        rhythm=rhythm or Rhythm.every_days(7),
        first_on=first_on or check_in(case, by).due_on,
        at=at,
        **({"person": by} | given),
    )


def break_planned(case: Case, by: User, who: str = "child_welfare", **given: Any) -> BreakPlan:
    """A plan for WINTER, by default that Child Welfare Services goes on."""
    values: dict[str, Any] = {
        "break_": WINTER,
        "how": "By the telephone that she called safe.",
        "outside": "" if who == "school" else "Intake worker, 555-0150",
        "first_contact_on": WINTER.first_school_day_after,
        "at": AT,
    }
    return workflow.plan_break(actor=by, case=case, who=who, **(values | given))


def targeted(
    case: Case, by: User, student: Student | None, *, at: datetime = AT, **given: Any
) -> Case | None:
    """From the case of a student suspected of recruiting that person records one who may have been targeted."""
    values: dict[str, Any] = {
        "concern_id": uuid4(),
        "first_known_at": at,
        "account": "Was told to bring a friend.",
        "reason": "Fits the indicators.",
    }
    return workflow.open_targeted_case(actor=by, case=case, student=student, at=at, **(values | given))


def merged(by: User, kept: Student, alias: Student, *, at: datetime = AT) -> Any:
    """Two rows of the roster are one student from now on."""
    return district_workflow.merge_students(actor=by, kept=kept, alias=alias, at=at)


def missing(by: User, student: Student, *, since: datetime | None = None, at: datetime = AT) -> Any:
    """Somebody enters that the student is missing, since half an hour unless said otherwise."""
    since = since or at - timedelta(minutes=30)
    return workflow.report_absence(actor=by, student=student, missing_since=since, at=at)


def offered(
    case: Case,
    by: User,
    receiver: User,
    *,
    sections: Sequence[str] = ("contact",),
    at: datetime = AT,
    **given: Any,
) -> Transfer:
    """The case is offered to somebody at the school where they work."""
    to_school = receiver.memberships.get().school
    return workflow.offer_transfer(
        actor=by, case=case, to_school=to_school, receiver=receiver, sections=sections, at=at, **given
    )


def left(case: Case, by: User, *, at: datetime = AT) -> Transfer:
    """The student has left, and nobody knows where to."""
    return workflow.note_departure(actor=by, case=case, reason="Her locker is empty.", at=at)


def sent(case: Case, by: User, *, at: datetime = AT, **given: Any) -> Transfer:
    """A summary for a school outside of the district."""
    values: dict[str, Any] = {
        "recipient_kind": "other_school",
        "recipient": "Ms. Okafor, Cypress High",
        "basis": "other_school",
        "interest": "She enrolls there on Monday.",
        "sections": ["contact"],
    }
    return workflow.send_summary(actor=by, case=case, at=at, **(values | given))


def decided(case: Case, person: User, kind: str) -> tuple[Decision, dict[str, Any]]:
    """The latest decision of a kind, and its words."""
    with acting_as(person.pk):
        decision = Decision.objects.select_related("by").filter(case=case, kind=kind).latest("at", "id")
        return decision, decision.words(case.key)


def left_open(case: Case, person: User, words: str = "Others go on.") -> dict[Any, str]:
    """The same explanation for every part of a case."""
    return {one.pk: words for one in parts(case, person)}


def with_liaison(case: Case, staff: Staff, *, at: datetime = AT) -> Case:
    """The same case, to which the counselor has let in the district's liaison."""
    workflow.add_person(
        actor=staff.counselor, case=case, person=staff.liaison, role="liaison", reason="Asks.", at=at
    )
    return case


def opened_in_emergency(case: Case, person: User) -> EmergencyAccess:
    """Opened by somebody of the district, who had no business in it before; at this moment of PostgreSQL's."""
    return workflow.begin_emergency_access(
        actor=person, number=case.number, reason="Threats.", at=database_now()
    )


def closed(case: Case, person: User, *, at: datetime = AT) -> None:
    """Close a case whose report is made, or needs none, explaining all that is left open."""
    opted_out(case, at=at)
    workflow.close_case(
        actor=person,
        case=case,
        outcome="other_support",
        reason="Over.",
        left_open=left_open(case, person),
        last_look="The student is well, and the provider goes on.",
        at=at,
    )


def released(case: Case, person: User, *, at: datetime = AT, **given: Any) -> Release:
    """A release recorded by that person: the attendance, to a provider who has the parent's consent."""
    values: dict[str, Any] = {
        "left_at": at,
        "recipient_kind": "provider",
        "recipient": "Dr. Rivera, Harbor Clinic",
        "what": "Attendance since September.",
        "basis": "consent",
        "interest": "To plan the appointments.",
    }
    return workflow.record_release(actor=person, case=case, at=at, **(values | given))


def paper(case: Case, person: User, audience: str = "team", *, at: datetime = AT, **given: Any) -> Any:
    """A summary on paper; one for outside of the district with what a release asks."""
    outside: dict[str, Any] = {
        "recipient": "Ms. Okafor, Cypress High",
        "basis": "other",
        "interest": "She enrolls there on Monday.",
    }
    values = outside if audience in ("child_welfare", "receiving_school") else {}
    return workflow.make_paper(
        actor=person, case=case, audience=audience, at=at, **({"paper_id": uuid4()} | values | given)
    )


def interviewed(case: Case, person: User, *, at: datetime = AT, **given: Any) -> Interview:
    """An interview at school recorded by that person, with an adult whom the student chose."""
    values: dict[str, Any] = {
        "held_at": at,
        "agency_kind": "child_welfare",
        "agency": "Child Welfare Services",
        "interviewer": "Worker Ortiz, ID 4471",
        "told": True,
        "adult": "accepted",
        "adult_name": "Coach Lind",
        "note": "In the library, half an hour.",
    }
    return workflow.record_interview(actor=person, case=case, at=at, **(values | given))


def on_case_as_counsel(case: Case, staff: Staff, *, at: datetime = AT) -> Case:
    """The case as the district's legal counsel sees it, whom the counselor has put on it."""
    helper(case, staff.counselor, staff.counsel, Role.COUNSEL, at=at)
    return as_seen(case, staff.counsel)


def records_request(
    staff: Staff, *, by: User | None = None, at: datetime = AT, **given: Any
) -> RecordsRequest:
    """A parent's request for the staff's student's records, logged by the teacher on the day it came."""
    values: dict[str, Any] = {
        "request_id": uuid4(),
        "school": staff.school,
        "student": staff.student,
        "asker": "parent",
        "way": "in_person",
        "received_on": at.astimezone(staff.school.zone).date(),
        "asked_by": "Robin Brook, mother, 555-0161",
        "wants": "Everything in the file.",
    }
    return workflow.log_records_request(actor=by or staff.teacher, at=at, **(values | given))


def reload(row: Any, person: User) -> Any:
    """The row as it is in the database, as that person sees it."""
    with acting_as(person.pk):
        return type(row).objects.get(pk=row.pk)


def evidence(entry: Entry, person: User) -> dict[str, Any]:
    """The evidence of an entry as that person can read it; empty when it is not theirs to read."""
    with acting_as(person.pk):
        row = Entry.objects.select_related("evidence", "case__key").get(pk=entry.pk)
        return row.evidence.facts(row.case.key) if hasattr(row, "evidence") else {}


def many_cases(
    staff: Staff,
    count: int,
    track: str = "suspected_victim",
    *,
    at: datetime = AT,
    using: str = "default",
) -> None:
    """
    Open cases of the counselor's in bulk, as the verbs leave them, for counting queries.

    A test that commits lets the owner write them (`using`), of whom PostgreSQL asks no rule for each row.
    """
    model = another_case(staff, track, at=at)
    # Each of a student of their own: two of one are asked of the district.
    others = [
        Student(school=staff.school, given_name="Jules", family_name=f"Marsh {n}") for n in range(count - 1)
    ]
    Student.objects.bulk_create(others)
    with acting_as(staff.counselor.pk):
        run = model.runs.get()
        parts = list(StepPart.objects.filter(run=run))
        plan, waiting = CheckInPlan.objects.get(case=model), CheckIn.objects.get(case=model)
        cases, people, runs, copies, plans, check_ins = [], [], [], [], [], []
        for other in others:
            copy = Case(
                number=new_number(staff.counselor),
                school=model.school,
                student=other,
                protocol=model.protocol,
                key=model.key,
                track=model.track,
                opened_at=at,
            )
            cases.append(copy)
            people.append(CasePerson(case=copy, person=staff.counselor, role=Role.COUNSELOR, since=at))
            runs.append(TrackRun(case=copy, track=run.track, started_at=at))
            copies += [_copy_of(part, case=copy, run=runs[-1]) for part in parts]
            plans.append(_copy_of(plan, case=copy))
            check_ins.append(_copy_of(waiting, case=copy, plan=plans[-1]))
        with transaction.atomic(using=using):
            for rows in (people, cases, runs, copies, plans, check_ins):
                type(rows[0]).objects.using(using).bulk_create(rows)  # type: ignore[attr-defined]


def _copy_of(row: M, **of: Model) -> M:
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}
    return type(row)(**(values | {f"{name}_id": other.pk for name, other in of.items()}))
