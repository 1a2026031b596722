"""A case or a concern in one state with everybody who may try a verb there, and one attempt of each verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from cases import workflow
from cases.models import (
    Alert,
    Case,
    CasePerson,
    CheckIn,
    Concern,
    Contact,
    EmergencyAccess,
    Entry,
    RecordsRequest,
    ReportDuty,
    ReviewQuestion,
    SroRequest,
    StepPart,
    Transfer,
)
from cases.rhythm import Rhythm
from cases.workflow import Conflict, Invalid
from cases.workflow.away import NOBODY
from cases.workflow.roster import roster_mark
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import around, make, reviews
from tests.cases.clocks import unhurried
from tests.make import AT

PEOPLE = (
    "teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel", "elsewhere",
    "excluded", "former",
)  # fmt: skip


@dataclass
class Scene:
    """A case or a concern in one state, with everybody who tries."""

    staff: make.Staff
    people: dict[str, User]
    case: Case | None = None
    concern: Concern | None = None
    part: StepPart | None = None
    contact: StepPart | None = None
    offer: StepPart | None = None
    check_in: CheckIn | None = None
    notify: StepPart | None = None
    request: SroRequest | None = None
    entry: Entry | None = None
    row: CasePerson | None = None
    kept_away: CasePerson | None = None
    access: EmergencyAccess | None = None
    transfer: Transfer | None = None
    records: RecordsRequest | None = None
    contact_person: Contact | None = None
    question: ReviewQuestion | None = None


def everybody() -> tuple[make.Staff, dict[str, User]]:
    staff = make.Staff()
    people = {name: getattr(staff, name) for name in PEOPLE if hasattr(staff, name)}
    people["excluded"] = make.user("Ezra Excluded", Role.ADMINISTRATOR, staff.school)
    people["former"] = make.user("Fran Former", Role.SOCIAL_WORKER, staff.school)
    return staff, people


def case_in(state: str) -> Scene:
    staff, people = everybody()
    make.winter_break()
    concern = make.concern(staff, implicated=[people["excluded"]])
    case = make.case(staff, about=concern)
    scene = Scene(staff, people, case)
    row = workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=people["former"],
        role="social_worker",
        reason="Helps.",
        at=AT,
    )
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT)
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    scene.row = workflow.add_person(
        actor=staff.counselor, case=case, person=helper, role="counselor", reason="Covers.", at=AT
    )
    with acting_as(staff.counselor.pk):
        scene.kept_away = CasePerson.objects.get(case=case, excluded=True)
    make.with_liaison(case, staff)
    scene.access = make.opened_in_emergency(case, make.user("Cal Counsel", Role.COUNSEL))
    scene.contact_person = around.contact(case, staff.counselor)
    scene.question = reviews.question(case, staff.administrator)
    scene.part = make.part(case, staff.administrator, "impact")
    scene.contact = make.part(case, staff.counselor, "regular_contact")
    make.accepted(case, staff.counselor)
    scene.offer = make.part(case, staff.counselor, "offer_referral")
    scene.check_in = make.check_in(case, staff.counselor)
    scene.notify = make.part(case, staff.counselor, "notify")
    if state == "fresh":
        # The officer is on the case by name, not yet asked.
        workflow.add_person(
            actor=staff.counselor, case=case, person=staff.sro, role="sro", reason="Soon.", at=AT
        )
    else:
        scene.request = workflow.request_sro(
            actor=staff.counselor, part=scene.notify, version=0, officer=staff.sro, at=AT
        )
    if state != "open":
        scene.entry = outcome(scene, staff.administrator)
    if state == "accepted":
        workflow.accept_request(actor=staff.sro, request=scene.request, at=AT)
    if state == "reclassified":
        reclassify(scene, staff.counselor)
    if state == "closed":
        reported(scene)
        close(scene, staff.counselor)
    if state == "offered":
        scene.transfer = make.offered(case, staff.counselor, staff.elsewhere)
    if state == "left":
        scene.transfer = make.left(case, staff.counselor)
    if state == "voided":
        workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    return scene


def concern_in(state: str) -> Scene:
    staff, people = everybody()
    scene = Scene(staff, people)
    scene.concern = make.concern(staff, implicated=[people["excluded"]])
    if state in ("received", "closed", "accepted", "none"):
        scene.case = make.case(staff)
    if state == "accepted":
        workflow.accept_concern(actor=staff.counselor, concern=scene.concern, at=AT)
    if state == "attached":
        scene.case = make.case(staff, about=scene.concern)
    scene.records = make.records_request(staff)
    if state == "closed":
        workflow.close_concern(actor=staff.counselor, concern=scene.concern, reason="Cleared up.", at=AT)
    unhurried(scene.concern)
    return scene


def outcome(scene: Scene, actor: User) -> Entry:
    return workflow.record_outcome(
        actor=actor,
        part=scene.part,
        version=0,
        outcome="done",
        happened_at=AT,
        values={"areas_checked": ["recruitment"], "impact_found": False},
        at=AT,
    )


def reported(scene: Scene) -> None:
    part = make.part(scene.case, scene.staff.counselor, "report")
    workflow.record_outcome(
        actor=scene.staff.counselor,
        part=part,
        version=part.version,
        outcome="done",
        happened_at=AT,
        values={"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"},
        at=AT,
    )
    make.confirmed(scene.case)


def close(scene: Scene, actor: User) -> None:
    left = {part.pk: "Others go on." for part in make.parts(scene.case, scene.staff.counselor)}
    workflow.close_case(
        actor=actor,
        case=scene.case,
        outcome="other_support",
        reason="Over.",
        left_open=left,
        last_look="Well.",
        at=AT,
    )


def close_reported(scene: Scene, actor: User) -> None:
    if make.as_seen(scene.case, scene.staff.counselor).is_open:
        reported(scene)
    close(scene, actor)


def reclassify(scene: Scene, actor: User) -> Any:
    return workflow.reclassify(
        actor=actor,
        case=scene.case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )


def correct(scene: Scene, actor: User) -> Any:
    return workflow.correct_entry(
        actor=actor,
        entry=scene.entry,
        outcome="unable",
        happened_at=AT,
        reason="Not looked into yet.",
        review_on=AT.date(),
        at=AT,
    )


def another_student(scene: Scene) -> Any:
    return make.student(scene.staff.school, "Robin", "Reed")


def away(actor: User) -> Any:
    today = AT.date()
    return workflow.enter_away(
        actor=actor, person=actor, first_day=today, last_day=today, at=AT, covered=NOBODY
    )


def end_alert(scene: Scene, actor: User) -> Any:
    make.missing(scene.staff.teacher, scene.staff.student)
    with acting_as(scene.staff.counselor.pk):
        alert = Alert.objects.filter(case=scene.case).first() or Alert()
    workflow.end_alert(actor=actor, case=scene.case, alert=alert, reason="At the doctor.", at=AT)


def note_roster_change(scene: Scene, actor: User) -> None:
    left = make.left_school(scene.staff.student)
    workflow.note_roster_change(
        actor=actor, case=scene.case, seen=roster_mark(left), reason="The next school goes on.", at=AT
    )


def settle_second_case(scene: Scene, actor: User) -> None:
    """Beside another one of the counselor's, which the liaison may open whatever state this one is in."""
    beside = make.with_liaison(make.case(scene.staff), scene.staff)
    workflow.settle_second_case(
        actor=actor, case=scene.case, beside=beside, goes_on="keep", reason="Each goes on.", at=AT
    )


def release_parent_hold(scene: Scene, actor: User) -> Any:
    hold = workflow.suspect_parent(
        actor=scene.staff.counselor, case=scene.case, reason="Afraid of home.", at=AT
    )
    workflow.release_parent_hold(actor=actor, case=scene.case, hold=hold, reason="Looked into.", at=AT)


def taken_along(scene: Scene, actor: User) -> Any:
    given = {"taken_at": AT, "agency": "City police", "officer_named": "R. Roe, 117"}
    return workflow.record_custody(actor=actor, case=scene.case, **given, at=AT)


def end_custody(scene: Scene, actor: User) -> Any:
    custody = taken_along(scene, scene.staff.counselor)
    given = {"back_at": AT, "reason": "With her aunt."}
    workflow.end_custody(actor=actor, case=scene.case, custody=custody, **given, at=AT)


def open_targeted_case(scene: Scene, actor: User) -> Any:
    """In the case as it is, were it one of a student suspected of recruiting."""
    assert scene.case
    with acting_as(scene.staff.counselor.pk):
        Case.objects.filter(pk=scene.case.pk).update(track="suspected_recruiter")
    return make.targeted(scene.case, actor, another_student(scene))


def teachers(scene: Scene) -> ReportDuty:
    """What the author of the concern carries: nobody else finds it."""
    return make.duties(scene.staff.teacher, number=1)[0]


ACTS: dict[str, Callable[[Scene, User], Any]] = {
    "record_outcome": outcome,
    "correct_entry": correct,
    "request_sro": lambda s, actor: workflow.request_sro(
        actor=actor, part=s.notify, version=0, officer=s.staff.sro, at=AT
    ),
    "accept_request": lambda s, actor: workflow.accept_request(actor=actor, request=s.request, at=AT),
    "decline_request": lambda s, actor: workflow.decline_request(
        actor=actor, request=s.request, reason="On leave.", at=AT
    ),
    "report_back": lambda s, actor: workflow.report_back(
        actor=actor, request=s.request, version=0, values={"report_back": "referred"}, at=AT
    ),
    "reclassify": reclassify,
    "close_case": close_reported,
    "reopen_case": lambda s, actor: workflow.reopen_case(actor=actor, case=s.case, reason="Again.", at=AT),
    "void_case": lambda s, actor: workflow.void_case(actor=actor, case=s.case, reason="By mistake.", at=AT),
    "correct_student": lambda s, actor: workflow.correct_student(
        actor=actor, case=s.case, student=another_student(s), reason="Mixed up.", at=AT
    ),
    "add_person": lambda s, actor: workflow.add_person(
        actor=actor, case=s.case, person=s.staff.social_worker, role="social_worker", reason="Helps.", at=AT
    ),
    "remove_person": lambda s, actor: workflow.remove_person(
        actor=actor, case=s.case, person=s.row, reason="No longer.", at=AT
    ),
    "exclude_person": lambda s, actor: workflow.exclude_person(
        actor=actor, case=s.case, person=s.row.person, reason="Her uncle.", at=AT
    ),
    "readmit_person": lambda s, actor: workflow.readmit_person(
        actor=actor, case=s.case, person=s.kept_away, reason="A namesake.", at=AT
    ),
    # Of the district's people it goes by PostgreSQL's clock, for which the days of the tests are long over.
    "begin_emergency_access": lambda s, actor: workflow.begin_emergency_access(
        actor=actor, number=s.case.number, reason="Threats.", at=database_now()
    ),
    "end_emergency_access": lambda s, actor: workflow.end_emergency_access(
        actor=actor, case=s.case, at=database_now()
    ),
    "review_emergency_access": lambda s, actor: workflow.review_emergency_access(
        actor=actor, case=s.case, access=s.access, finding="needed", note="Threats.", at=AT
    ),
    "review_case": lambda s, actor: reviews.reviewed(s.case, actor, last=s.question.review_id),
    "answer_question": lambda s, actor: reviews.answered(s.case, actor, s.question),
    "suspect_parent": lambda s, actor: workflow.suspect_parent(
        actor=actor, case=s.case, reason="Afraid of home.", at=AT
    ),
    "release_parent_hold": release_parent_hold,
    "record_custody": taken_along,
    "end_custody": end_custody,
    "record_release": lambda s, actor: make.released(s.case, actor),
    "record_interview": lambda s, actor: make.interviewed(s.case, actor),
    "make_paper": lambda s, actor: make.paper(s.case, actor),
    "review_releases": lambda s, actor: workflow.review_releases(
        actor=actor, case=s.case, last=uuid4(), at=AT
    ),
    "log_records_request": lambda s, actor: make.records_request(s.staff, by=actor),
    "match_records_request": lambda s, actor: workflow.match_records_request(
        actor=actor,
        request=s.records,
        student=another_student(s),
        before=s.staff.student.pk,
        at=database_now(),
    ),
    "open_requested_case": lambda s, actor: workflow.open_requested_case(
        actor=actor, request=s.records, case=s.case.pk, at=database_now()
    ),
    "answer_records_request": lambda s, actor: workflow.answer_records_request(
        actor=actor, request=s.records, outcome="refused", reason="Unsafe.", at=database_now()
    ),
    "add_contact": lambda s, actor: around.contact(s.case, actor),
    "change_contact": lambda s, actor: workflow.change_contact(
        actor=actor, case=s.case, contact=s.contact_person, at=AT, **around.person(may_pick_up="yes")
    ),
    "end_contact": lambda s, actor: workflow.end_contact(
        actor=actor, case=s.case, contact=s.contact_person, reason="Moved.", at=AT
    ),
    "set_safety_plan": lambda s, actor: around.safety_plan(s.case, actor),
    "record_device": lambda s, actor: workflow.record_device(
        actor=actor, case=s.case, at=AT, **around.device()
    ),
    "plan_checkins": lambda s, actor: workflow.plan_checkins(
        actor=actor, case=s.case, rhythm=Rhythm.every_days(3), first_on=AT.date(), at=AT
    ),
    "record_checkin": lambda s, actor: workflow.record_checkin(
        actor=actor, part=s.contact, version=0, seen=True, happened_at=AT, at=AT
    ),
    "follow_referral": lambda s, actor: workflow.follow_referral(
        actor=actor, part=s.offer, state="began", at=AT
    ),
    "note_roster_change": note_roster_change,
    "settle_second_case": settle_second_case,
    "plan_break": lambda s, actor: make.break_planned(s.case, actor),
    "end_alert": end_alert,
    "take_over": lambda s, actor: workflow.take_over(actor=actor, case=s.case, subject=s.check_in.pk, at=AT),
    "offer_transfer": lambda s, actor: make.offered(s.case, actor, s.staff.elsewhere),
    "send_summary": lambda s, actor: make.sent(s.case, actor),
    "note_departure": lambda s, actor: make.left(s.case, actor),
    "withdraw_transfer": lambda s, actor: workflow.withdraw_transfer(
        actor=actor, case=s.case, transfer=s.transfer, reason="Stays.", at=AT
    ),
    "acknowledge_transfer": lambda s, actor: workflow.acknowledge_transfer(
        actor=actor,
        case=s.case,
        transfer=s.transfer,
        acknowledged_by="Ms. Okafor, Cypress High",
        acknowledged_at=AT,
        at=AT,
    ),
    "accept_transfer": lambda s, actor: workflow.accept_transfer(actor=actor, transfer=s.transfer, at=AT),
    "refuse_transfer": lambda s, actor: workflow.refuse_transfer(
        actor=actor, transfer=s.transfer, reason="No place.", at=AT
    ),
    "report_absence": lambda s, actor: make.missing(actor, s.staff.student),
    "enter_away": lambda _s, actor: away(actor),
    "withdraw_away": lambda _s, actor: workflow.withdraw_away(actor=actor, away=away(actor), at=AT),
    "make_feed": lambda _s, actor: workflow.make_feed(actor=actor, at=AT),
    "revoke_feed": lambda _s, actor: workflow.revoke_feed(actor=actor, at=AT),
    "log_concern": lambda s, actor: make.concern(s.staff, author=actor, concern_id=uuid4()),
    "supplement_concern": lambda s, actor: workflow.supplement_concern(
        actor=actor, concern=s.concern, account="Also on Monday.", at=AT
    ),
    "record_report": lambda s, actor: workflow.record_report(
        actor=actor,
        duty=teachers(s),
        outcome="done",
        values={"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"},
        at=AT,
    ),
    "confirm_joint_report": lambda s, actor: workflow.confirm_joint_report(
        actor=actor, duty=teachers(s), agency="Child Welfare Services", made_at=AT, at=AT
    ),
    "correct_learned_at": lambda s, actor: workflow.correct_learned_at(
        actor=actor, duty=teachers(s), learned_at=AT - timedelta(hours=1), reason="Mistyped.", at=AT
    ),
    "accept_concern": lambda s, actor: workflow.accept_concern(actor=actor, concern=s.concern, at=AT),
    "match_concern": lambda s, actor: workflow.match_concern(
        actor=actor, concern=s.concern, student=another_student(s), reason="Mixed up.", at=AT
    ),
    "close_concern": lambda s, actor: workflow.close_concern(
        actor=actor, concern=s.concern, reason="Cleared up.", at=AT
    ),
    "open_case": lambda s, actor: workflow.open_case(
        actor=actor, concern=s.concern, track="suspected_victim", reason="It fits.", at=AT
    ),
    "open_targeted_case": open_targeted_case,
    "attach_concern": lambda s, actor: workflow.attach_concern(
        actor=actor, concern=s.concern, case=s.case, reason="The same event.", at=AT
    ),
}


def happens(act: Callable[[Scene, User], Any], scene: Scene, actor: User) -> str:
    """Try it, and take it back."""
    try:
        with transaction.atomic():
            act(scene, actor)
            transaction.set_rollback(True)
    except (Absent, NotPermitted, Conflict, Invalid) as refusal:
        return type(refusal).__name__
    return "done"
