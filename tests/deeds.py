"""A school in which every verb can be done, and each verb done there once: for what must hold of all of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from cases import workflow
from cases.models import Alert, CasePerson
from cases.rhythm import Rhythm
from cases.workflow import VERBS
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import around, make
from tests.make import AT

FOUND = {"areas_checked": ["recruitment"], "impact_found": False}


class World:
    """One school in which every verb has something that it can be done to."""

    def __init__(self) -> None:
        self.staff = staff = make.Staff()
        self.other_student = make.student(staff.school, "Robin", "Reed")
        self.waiting, self.becoming, self.joining, self.cleared = (make.concern(staff) for _n in range(4))
        self.case, self.fresh, self.asked, self.again, self.shut = (make.case(staff) for _n in range(5))
        self.impact = make.part(self.case, staff.administrator, "impact")
        self.notify = make.part(self.fresh, staff.counselor, "notify")
        self.entry = make.record(self.asked, staff.administrator, "impact", values=FOUND)
        self.accepted = make.asked_in(self.asked, staff.counselor, staff.sro)
        workflow.accept_request(actor=staff.sro, request=self.accepted, at=AT)
        self.unanswered = make.asked_in(self.case, staff.counselor, staff.sro)
        self.unwelcome = make.asked_in(self.again, staff.counselor, staff.sro)
        make.reported(self.shut, staff.counselor)
        make.closed(self.shut, staff.counselor)
        make.reported(self.fresh, staff.counselor)
        make.winter_break()
        self.late = make.check_in(self.fresh, staff.counselor)
        make.record(
            self.case,
            staff.counselor,
            "regular_contact",
            "unable",
            reason="Not at school.",
            values={"student_safe": "no"},
        )
        with acting_as(staff.counselor.pk):
            self.alert = Alert.objects.get(case=self.case)
        self.contact = make.part(self.again, staff.counselor, "regular_contact")
        self.away = workflow.enter_away(
            actor=staff.counselor,
            person=staff.counselor,
            first_day=AT.date(),
            last_day=AT.date(),
            at=AT,
        )
        self.leaving = workflow.add_person(
            actor=staff.counselor,
            case=self.fresh,
            person=staff.social_worker,
            role="social_worker",
            reason="Helps.",
            at=AT,
        )
        make.confirmed(self.fresh)
        self.mother = around.contact(self.case, staff.counselor, may_pick_up="yes")
        self.neighbor = around.contact(self.case, staff.counselor, "Nell Near", "other_adult")
        self.uncle = make.user("Uriel Uncle", Role.ADMINISTRATOR, staff.school)
        self.namesake = make.user("Nico Namesake", Role.ADMINISTRATOR, staff.school)
        workflow.exclude_person(
            actor=staff.counselor, case=self.again, person=self.namesake, reason="Related.", at=AT
        )
        with acting_as(staff.liaison.pk):
            self.kept_away = CasePerson.objects.get(case=self.again, excluded=True)
        self.second_counsel = make.user("Cal Counsel", Role.COUNSEL)
        [self.mine] = make.duties(staff.teacher, concern=self.waiting, ended_at=None)
        self.theirs = make.duties(staff.counselor, case=self.again, ended_at=None)[0]
        self.reading = make.opened_in_emergency(self.case, self.second_counsel)


@dataclass
class Deed:
    """A verb done by somebody: to a row (or making one), on a case (or none), with these arguments."""

    actor: User
    given: dict[str, Any]
    about: UUID | None = None
    case: UUID | None = None


def deeds(w: World) -> dict[str, Deed]:
    """One of each verb, in an order in which all of them can be done."""
    staff, new = w.staff, uuid4()
    counselor, administrator, officer, teacher = (
        staff.counselor,
        staff.administrator,
        staff.sro,
        staff.teacher,
    )
    seen = {"concern_id": new, "school": staff.school, "student": staff.student, "first_known_at": AT}
    helper = {"person": staff.social_worker, "role": "social_worker", "reason": "Helps."}
    unable = {"outcome": "unable", "reason": "Not looked into yet.", "review_on": AT.date()}
    found = {"outcome": "done", "values": FOUND}
    confirmed = {"to": "confirmed_victim", "basis": "disclosure", "decided_by": "Both", "reason": "Told us."}
    over = {
        "outcome": "other_support",
        "reason": "Over.",
        "left_open": make.left_open(w.fresh, counselor),
        "last_look": "Well.",
    }
    daily = {"rhythm": Rhythm.every_days(1), "first_on": AT.date(), "person": counselor}
    break_ = {
        "break_": make.WINTER,
        "who": "child_welfare",
        "outside": "Intake worker",
        "how": "By telephone.",
        "first_contact_on": make.WINTER.first_school_day_after,
    }
    days = {"person": counselor, "first_day": AT.date(), "last_day": AT.date()}
    unsafe = {"seen": True, "happened_at": AT, "values": {"student_safe": "no"}}
    other_student = {"student": w.other_student, "reason": "Mixed up."}
    track = {"track": "suspected_victim", "reason": "It fits."}
    mine, theirs = w.mine, w.theirs
    values = {"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"}
    reported = {"outcome": "done", "values": values, "reason": ""}
    joint = {"agency": "Child Welfare Services", "made_at": AT, "made_by": "", "reference": ""}
    return {
        "log_concern": Deed(teacher, {**seen, "account": "Seen again."}, new),
        "supplement_concern": Deed(teacher, {"concern": w.waiting, "account": "More."}, w.waiting.pk),
        "accept_concern": Deed(counselor, {"concern": w.waiting}, w.waiting.pk),
        "match_concern": Deed(counselor, {"concern": w.waiting, **other_student}, w.waiting.pk),
        "close_concern": Deed(counselor, {"concern": w.cleared, "reason": "Cleared up."}, w.cleared.pk),
        "correct_learned_at": Deed(
            teacher, {"duty": mine, "learned_at": AT - timedelta(hours=1), "reason": "Mistyped."}, mine.pk
        ),
        "record_report": Deed(teacher, {"duty": mine, **reported}, mine.pk),
        "confirm_joint_report": Deed(counselor, {"duty": theirs, **joint}, theirs.pk),
        "attach_concern": Deed(
            counselor, {"concern": w.joining, "case": w.case, "reason": "The same."}, w.joining.pk, w.case.pk
        ),
        "open_case": Deed(counselor, {"concern": w.becoming, **track}),
        "record_outcome": Deed(
            administrator,
            {"part": w.impact, "version": 0, "happened_at": AT, **found},
            w.impact.pk,
            w.case.pk,
        ),
        "correct_entry": Deed(
            administrator, {"entry": w.entry, "happened_at": AT, **unable}, w.entry.pk, w.asked.pk
        ),
        "request_sro": Deed(counselor, {"part": w.notify, "version": 0, "officer": officer}, case=w.fresh.pk),
        "accept_request": Deed(officer, {"request": w.unanswered}, w.unanswered.pk, w.case.pk),
        "report_back": Deed(
            officer,
            {"request": w.accepted, "version": 0, "values": {"report_back": "referred"}},
            w.accepted.pk,
            w.asked.pk,
        ),
        "begin_emergency_access": Deed(
            staff.counsel,
            {"number": w.again.number, "reason": "Threats.", "at": database_now()},
            case=w.again.pk,
        ),
        "end_emergency_access": Deed(
            w.second_counsel, {"case": w.case, "at": database_now()}, w.reading.pk, w.case.pk
        ),
        "review_emergency_access": Deed(
            counselor,
            {"case": w.case, "access": w.reading, "finding": "needed", "note": "Threats."},
            w.reading.pk,
            w.case.pk,
        ),
        "add_contact": Deed(
            counselor, {"case": w.case, **around.person(note="Calm.", rests_on="The card.")}, case=w.case.pk
        ),
        "set_safety_plan": Deed(
            counselor, {"case": w.case, **around.plan(pick_up=[w.mother.who])}, case=w.case.pk
        ),
        "change_contact": Deed(
            counselor,
            {"case": w.case, "contact": w.mother, **around.person(may_pick_up="no")},
            case=w.case.pk,
        ),
        "end_contact": Deed(
            counselor,
            {"case": w.case, "contact": w.neighbor, "reason": "Moved."},
            w.neighbor.pk,
            w.case.pk,
        ),
        "record_device": Deed(administrator, {"case": w.case, **around.device()}, case=w.case.pk),
        "plan_checkins": Deed(counselor, {"case": w.fresh, **daily}, case=w.fresh.pk),
        "plan_break": Deed(counselor, {"case": w.fresh, **break_}, case=w.fresh.pk),
        "record_checkin": Deed(
            counselor, {"part": w.contact, "version": 0, **unsafe}, w.contact.pk, w.again.pk
        ),
        "end_alert": Deed(
            counselor,
            {"case": w.case, "alert": w.alert, "reason": "Found."},
            w.alert.pk,
            w.case.pk,
        ),
        "take_over": Deed(administrator, {"case": w.fresh, "subject": w.late.pk}, w.late.pk, w.fresh.pk),
        "report_absence": Deed(teacher, {"student": w.other_student, "missing_since": AT}),
        "enter_away": Deed(counselor, days),
        "make_feed": Deed(counselor, {}),
        "revoke_feed": Deed(counselor, {}, counselor.pk),
        "withdraw_away": Deed(counselor, {"away": w.away}, w.away.pk),
        "add_person": Deed(counselor, {"case": w.case, **helper}, case=w.case.pk),
        "remove_person": Deed(
            counselor, {"case": w.fresh, "person": w.leaving, "reason": "Moved."}, w.leaving.pk, w.fresh.pk
        ),
        "exclude_person": Deed(
            counselor, {"case": w.again, "person": w.uncle, "reason": "Her uncle."}, w.uncle.pk, w.again.pk
        ),
        "readmit_person": Deed(
            w.staff.liaison,
            {"case": w.again, "person": w.kept_away, "reason": "A namesake."},
            w.namesake.pk,
            w.again.pk,
        ),
        "correct_student": Deed(counselor, {"case": w.case, **other_student}, w.case.pk, w.case.pk),
        "reclassify": Deed(counselor, {"case": w.case, **confirmed}, w.case.pk, w.case.pk),
        "reopen_case": Deed(counselor, {"case": w.shut, "reason": "Again."}, w.shut.pk, w.shut.pk),
        "decline_request": Deed(
            officer, {"request": w.unwelcome, "reason": "On leave."}, w.unwelcome.pk, w.again.pk
        ),
        "close_case": Deed(counselor, {"case": w.fresh, **over}, w.fresh.pk, w.fresh.pk),
        "void_case": Deed(staff.liaison, {"case": w.asked, "reason": "By mistake."}, w.asked.pk, w.asked.pk),
    }


def run(verb: str, deed: Deed, actor: User | None = None, **instead: Any) -> Any:
    return VERBS[verb].run(actor=actor or deed.actor, **({"at": AT} | deed.given | instead))
