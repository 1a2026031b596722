"""A school in which every verb can be done, and each verb done there once: for what must hold of all of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from cases import workflow
from cases.models import Alert, CasePerson
from cases.rhythm import Rhythm
from cases.workflow import VERBS
from cases.workflow.roster import roster_mark
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import around, make, reviews
from tests.make import AT

FOUND = {"areas_checked": ["recruitment"], "impact_found": False}


class World:
    """One school in which every verb has something that it can be done to."""

    def __init__(self) -> None:
        self.staff = staff = make.Staff()
        self.other_student = make.student(staff.school, "Robin", "Reed")
        self.waiting, self.becoming, self.joining, self.cleared = (make.concern(staff) for _n in range(4))
        self.case, self.fresh, self.asked, self.again, self.shut = (make.case(staff) for _n in range(5))
        self.recruiting = make.case(staff, "suspected_recruiter")
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
        make.accepted(self.again, staff.counselor)
        self.offer = make.part(self.again, staff.counselor, "offer_referral")
        # Of a student of their own, whose leaving concerns no other case.
        self.moving_student = make.student(staff.school, "Sky", "Stone")
        self.moving = make.case(staff, about=make.concern(staff, student=self.moving_student))
        self.moving_student = make.left_school(self.moving_student)
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
        self.receiver = make.user("Rhea Receiver", Role.SOCIAL_WORKER, staff.other_school)
        self.staying, self.gone, self.declined, self.taken = (make.case(staff) for _n in range(4))
        self.offered, self.unwanted, self.handed = (
            make.offered(one, staff.counselor, self.receiver)
            for one in (self.staying, self.declined, self.taken)
        )
        self.departed = make.left(self.gone, staff.counselor)
        # Of a student with whose parents nothing is the matter: a letter is frozen in each case of one.
        unharmed = make.student(staff.school, "Wren", "Ito")
        self.writing = make.case(staff, about=make.concern(staff, student=unharmed))
        self.hold = workflow.suspect_parent(
            actor=staff.counselor, case=self.case, reason="Afraid of home.", at=AT
        )
        taken = {"taken_at": AT, "agency": "City police", "officer_named": "R. Roe, 117"}
        self.custody = workflow.record_custody(actor=staff.counselor, case=self.again, **taken, at=AT)
        self.second_counsel = make.user("Cal Counsel", Role.COUNSEL)
        make.helper(self.fresh, staff.counselor, staff.counsel, Role.COUNSEL)
        self.left = make.released(self.fresh, staff.counselor)
        self.wanted = make.records_request(staff)
        self.looked_into = make.records_request(staff)
        workflow.open_requested_case(
            actor=staff.counsel, request=self.looked_into, case=self.asked.pk, at=database_now()
        )
        self.unknown = make.records_request(staff, student=None, student_described="Gray Graduate.")
        [self.mine] = make.duties(staff.teacher, concern=self.waiting, ended_at=None)
        self.theirs = make.duties(staff.counselor, case=self.again, ended_at=None)[0]
        self.question = reviews.question(self.case, staff.administrator)
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
    taken = {"taken_at": AT, "agency": "City police", "officer_named": "R. Roe, 117", "where_to": "A shelter"}
    days = {"person": counselor, "first_day": AT.date(), "last_day": AT.date()}
    unsafe = {"seen": True, "happened_at": AT, "values": {"student_safe": "no"}}
    other_student = {"student": w.other_student, "reason": "Mixed up."}
    offer = {
        "to_school": staff.other_school,
        "receiver": w.receiver,
        "sections": ["contact", "safety", "needs", "counseling"],
        "safety": "The side door.",
        "needs": "A quiet room.",
        "counseling_reason": "She asked for it.",
    }
    letter = {
        "recipient_kind": "other_school",
        "recipient": "Ms. Okafor, Cypress High",
        "basis": "other_school",
        "interest": "She enrolls there.",
        "sections": ["needs"],
        "needs": "A quiet room.",
    }
    paper = uuid4()
    on_paper = {
        "audience": "receiving_school",
        "sections": ["safety", "needs"],
        "safety": "By the north gate.",
        **{name: letter[name] for name in ("recipient", "basis", "interest", "needs")},
    }
    track = {"track": "suspected_victim", "reason": "It fits."}
    release = {
        "left_at": AT,
        "recipient_kind": "law_enforcement",
        "recipient": "Officer Dale",
        "what": "Where she is.",
        "basis": "emergency",
        "interest": "To find her.",
        "threat": "Taken away.",
        "persons": "To the police, for her.",
    }
    interview = {
        "held_at": AT,
        "agency_kind": "child_welfare",
        "agency": "Child Welfare Services",
        "interviewer": "Worker Ortiz",
        "told": True,
        "adult": "accepted",
        "adult_name": "Coach Lind",
        "note": "In the library.",
    }
    asked = uuid4()
    wish = {
        "school": staff.school,
        "student": staff.student,
        "asker": "parent",
        "way": "mail",
        "received_on": AT.date(),
        "asked_by": "Robin, mother",
        "wants": "The file.",
        "student_described": "The older one.",
    }
    answer = {
        "outcome": "part",
        "recipient": "Robin, mother",
        "what": "Grades.",
        "basis": "access",
        "interest": "Her own.",
        "reason": "Names others.",
        "cases": [w.asked.pk],
    }
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
        "open_targeted_case": Deed(
            counselor,
            {
                "case": w.recruiting,
                "concern_id": uuid4(),
                "student": w.other_student,
                "first_known_at": AT,
                "account": "Was told to bring a friend.",
                "reason": "It fits.",
            },
            case=w.recruiting.pk,
        ),
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
        "review_case": Deed(
            administrator,
            {
                "case": w.asked,
                "team": "met",
                "team_on": AT.date(),
                "team_words": "A safe place.",
                "ask_carrier": "Is she in school?",
            },
            case=w.asked.pk,
        ),
        "answer_question": Deed(
            counselor,
            {"case": w.case, "question": w.question, "answer": "answered", "words": "She is."},
            w.question.pk,
            w.case.pk,
        ),
        "suspect_parent": Deed(counselor, {"case": w.asked, "reason": "Afraid of home."}, case=w.asked.pk),
        "release_parent_hold": Deed(
            staff.counsel,
            {"case": w.case, "hold": w.hold, "reason": "Looked into."},
            w.hold.pk,
            w.case.pk,
        ),
        "record_custody": Deed(counselor, {"case": w.asked, **taken}, case=w.asked.pk),
        "end_custody": Deed(
            counselor,
            {"case": w.again, "custody": w.custody, "back_at": AT, "reason": "With her aunt."},
            w.custody.pk,
            w.again.pk,
        ),
        "record_release": Deed(counselor, {"case": w.case, **release}, case=w.case.pk),
        "record_interview": Deed(administrator, {"case": w.case, **interview}, case=w.case.pk),
        "make_paper": Deed(
            counselor, {"case": w.writing, "paper_id": paper, **on_paper}, about=paper, case=w.writing.pk
        ),
        "review_releases": Deed(staff.counsel, {"case": w.fresh, "last": w.left.pk}, case=w.fresh.pk),
        "log_records_request": Deed(teacher, {"request_id": asked, **wish}, asked),
        "match_records_request": Deed(
            staff.liaison, {"request": w.unknown, "student": w.other_student}, w.unknown.pk
        ),
        "open_requested_case": Deed(
            staff.counsel,
            {"request": w.wanted, "case": w.shut.pk, "at": database_now()},
            w.wanted.pk,
            w.shut.pk,
        ),
        "answer_records_request": Deed(
            staff.counsel,
            {"request": w.looked_into, "at": database_now(), **answer},
            w.looked_into.pk,
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
        "follow_referral": Deed(
            counselor, {"part": w.offer, "state": "began", "note": "Went twice."}, w.offer.pk, w.again.pk
        ),
        "note_roster_change": Deed(
            counselor,
            {"case": w.moving, "seen": roster_mark(w.moving_student), "reason": "The next school."},
            w.moving.pk,
            w.moving.pk,
        ),
        "end_alert": Deed(
            counselor,
            {"case": w.case, "alert": w.alert, "reason": "Found."},
            w.alert.pk,
            w.case.pk,
        ),
        "take_over": Deed(administrator, {"case": w.fresh, "subject": w.late.pk}, w.late.pk, w.fresh.pk),
        "withdraw_transfer": Deed(
            counselor,
            {"case": w.staying, "transfer": w.offered, "reason": "Stays."},
            w.offered.pk,
            w.staying.pk,
        ),
        "offer_transfer": Deed(counselor, {"case": w.again, **offer}, case=w.again.pk),
        "acknowledge_transfer": Deed(
            counselor,
            {"case": w.gone, "transfer": w.departed, "acknowledged_by": "Ms. Okafor", "acknowledged_at": AT},
            w.departed.pk,
            w.gone.pk,
        ),
        "note_departure": Deed(counselor, {"case": w.asked, "reason": "Gone."}, case=w.asked.pk),
        "refuse_transfer": Deed(w.receiver, {"transfer": w.unwanted, "reason": "No place."}, w.unwanted.pk),
        "send_summary": Deed(counselor, {"case": w.writing, **letter}, case=w.writing.pk),
        "accept_transfer": Deed(w.receiver, {"transfer": w.handed}, w.handed.pk),
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
        "settle_second_case": Deed(
            staff.liaison,
            {"case": w.asked, "beside": w.again, "goes_on": "keep", "reason": "Each goes on."},
            w.again.pk,
            w.asked.pk,
        ),
        "correct_student": Deed(
            counselor, {"case": w.case, "held_for": "both", **other_student}, w.case.pk, w.case.pk
        ),
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
