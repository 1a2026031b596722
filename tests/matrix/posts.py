"""One right posting of every form: by whom, about what, and what has to be typed beside what the page fills in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cases import workflow
from cases.models import Case, Custody, ParentHold, SroRequest
from cases.workflow.paper import Wanted
from cases.workflow.paper import to_whom as to_whom_on_paper
from cases.workflow.paper_rules import tell
from cases.workflow.summary import Chosen, digest, summary
from cases.workflow.transfers import to_whom
from csec.identity import acting_as
from district import workflow as district
from tests import make
from tests.matrix.rows import write_as_owner
from tests.matrix.world import World

Typed = Mapping[str, Any]
REASON = {"reason": "It is so."}


@dataclass(frozen=True)
class Post:
    """What `who` sends about the thing in this state, once `before` was done. A name with `*` is any that begins so."""

    who: str
    typed: Typed | Callable[[World], Typed] = field(default_factory=dict)
    state: str = "own"
    before: Callable[[World], Any] = lambda _world: None
    answer: int = 302

    def data(self, world: World) -> dict[str, Any]:
        return dict(self.typed(world) if callable(self.typed) else self.typed)


def moment(world: World) -> str:
    """This minute, on the clock of the school."""
    return world.at.astimezone(world.staff.school.zone).strftime("%Y-%m-%dT%H:%M")


def day(world: World, later: int = 0) -> str:
    return (world.at.astimezone(world.staff.school.zone).date() + timedelta(days=later)).isoformat()


def own(world: World) -> Case:
    return make.as_seen(Case(pk=world.cases["own"].ids["case_id"]), world.staff.counselor)


def asked(world: World) -> SroRequest:
    with acting_as(world.staff.sro.pk):
        found = SroRequest.objects.select_related("part__run", "case")
        return found.get(pk=world.cases["own"].ids["request_id"])


def ready_to_close(world: World) -> None:
    world.calm(world.cases["own"])
    stays(world)
    make.reported(own(world), world.staff.counselor, at=world.at)


def stays(world: World) -> None:
    world.stay(world.cases["own"])


def told(world: World, to: str, *sections: str) -> dict[str, Any]:
    """The sections, with the digest of what the page shows of them."""
    with acting_as(world.staff.counselor.pk):
        shown = summary(own(world), world.staff.counselor, Chosen(sections))
    return {"sections": list(sections), "read": digest(shown, to)}


def on_paper(world: World) -> dict[str, Any]:
    """A form for the team, that showed what it tells."""
    with acting_as(world.staff.counselor.pk):
        found = own(world)
        wanted = Wanted(uuid4(), "team", ("track",))
        shown = tell(found, world.staff.counselor, "team", wanted.chosen, at=world.at)
    return {
        "audience": "team",
        "paper_id": str(wanted.paper_id),
        "sections": ["track"],
        "read": digest(shown, to_whom_on_paper(wanted)),
    }


def with_counsel(world: World) -> None:
    make.helper(own(world), world.staff.counselor, world.staff.counsel, "counsel", at=world.at)


def released(world: World) -> None:
    with_counsel(world)
    hold = ParentHold(pk=world.cases["own"].ids["hold_id"])
    workflow.release_parent_hold(
        actor=world.staff.counsel, case=own(world), hold=hold, reason="Well.", at=world.at
    )


def nothing_frozen(world: World) -> None:
    """In no case of the student is a parent suspected, or has an officer the student."""
    write_as_owner(
        "UPDATE cases_parenthold SET ended_at = begun_at, ended_by_id = begun_by_id, ended_sealed = 'x'"
        " WHERE ended_at IS NULL"
    )
    write_as_owner(
        "UPDATE cases_custody SET ended_at = recorded_at, ended_by_id = recorded_by_id, ended_sealed = 'x'"
        " WHERE ended_at IS NULL"
    )


def came_back(world: World) -> None:
    custody = Custody(pk=world.cases["own"].ids["custody_id"])
    workflow.end_custody(
        actor=world.staff.counselor,
        case=own(world),
        custody=custody,
        back_at=world.at,
        reason="Home.",
        at=world.at,
    )


def recruiting(world: World) -> None:
    """The counselor's case were one of a student suspected of recruiting."""
    write_as_owner("UPDATE cases_case SET track = 'suspected_recruiter' WHERE id = %s", own(world).pk)


def closed(world: World) -> None:
    staff = world.staff
    district.close_account(actor=staff.liaison, person=staff.social_worker, at=world.at)


def with_another_release(world: World) -> None:
    """Counsel is on the case, and something was recorded since the list was reviewed."""
    make.helper(own(world), world.staff.counselor, world.staff.counsel, "counsel", at=world.at)
    make.released(own(world), world.staff.counselor, at=world.at + timedelta(seconds=1))


POSTS: dict[str, Post] = {
    "begin_drill": Post("counselor", {"situation": "suspected_victim"}),
    "go_on": Post("twin"),
    "let_others_answer": Post("twin", {"back": "/"}),
    "end_drill": Post("twin"),
    "leave_drill": Post("twin"),
    "log_concern": Post("teacher", lambda w: {"account": "A car.", "first_known_at": moment(w)}),
    "supplement_concern": Post("teacher", {"account": "The car again."}),
    "accept_concern": Post("counselor", {"additions": "0"}),
    "match_concern": Post("counselor", lambda w: {"student": w.classmate.pk, **REASON}),
    "attach_concern": Post("counselor", lambda w: {"case": w.cases["own"].ids["case_id"], **REASON}),
    "close_concern": Post("counselor", REASON),
    "open_case": Post("counselor", {"track": "suspected_victim", **REASON}),
    "open_targeted_case": Post(
        "counselor",
        lambda w: {
            "student": w.classmate.pk,
            "account": "A car.",
            "first_known_at": moment(w),
            **REASON,
        },
        before=lambda w: recruiting(w),
    ),
    "reclassify": Post("counselor", {"basis": "disclosure", "decided_by": "Both", **REASON}),
    "close_case": Post(
        "counselor",
        {"outcome": "other_support", "last_look": "Well.", "left_open_*": "Others go on.", **REASON},
        before=ready_to_close,
    ),
    "reopen_case": Post("counselor", REASON, state="closed"),
    "void_case": Post("liaison", REASON, before=lambda w: w.calm(w.cases["own"])),
    "settle_second_case": Post("liaison", {"goes_on": "keep", **REASON}),
    "correct_student": Post("counselor", lambda w: {"student": w.classmate.pk, "held_for": "both", **REASON}),
    "add_person": Post("counselor", lambda w: {"who": f"{w.former.pk}:counselor", **REASON}),
    "exclude_person": Post("counselor", lambda w: {"person": w.former.pk, **REASON}),
    "remove_person": Post("counselor", REASON),
    "readmit_person": Post("liaison", REASON),
    "record_outcome": Post(
        "counselor",
        lambda w: {
            "outcome": "done",
            "happened_at": moment(w),
            "field_phoned_at": moment(w),
            "field_written_at": moment(w),
            "field_agency": "Child Welfare Services",
        },
    ),
    "record_report": Post(
        "teacher",
        lambda w: {
            "outcome": "done",
            "field_phoned_at": moment(w),
            "field_written_at": moment(w),
            "field_agency": "Child Welfare Services",
        },
    ),
    "confirm_joint_report": Post("teacher", lambda w: {"agency": "CWS", "made_at": moment(w)}),
    "correct_learned_at": Post("teacher", lambda w: {"learned_at": day(w, -1) + "T08:00", **REASON}),
    "request_sro": Post(
        "counselor",
        lambda w: {"officer": w.substitute.pk},
        before=lambda w: workflow.decline_request(
            actor=w.staff.sro, request=asked(w), reason="On leave.", at=w.at
        ),
    ),
    "correct_entry": Post(
        "administrator",
        lambda w: {"outcome": "unable", "happened_at": moment(w), "review_on": day(w, 1), **REASON},
    ),
    "accept_request": Post("sro"),
    "decline_request": Post("sro", REASON),
    "report_back": Post(
        "sro",
        {"field_report_back": "referred"},
        before=lambda w: workflow.accept_request(actor=w.staff.sro, request=asked(w), at=w.at),
    ),
    "record_checkin": Post(
        "counselor", lambda w: {"seen": "yes", "happened_at": moment(w), "field_student_safe": "yes"}
    ),
    "add_contact": Post("counselor", {"relation": "attorney", "name": "Al Attorney"}),
    "change_contact": Post("administrator", {"telephone": "555-0177"}),
    "end_contact": Post("counselor", REASON),
    "set_safety_plan": Post("administrator", {"danger": "Call 911."}),
    "record_device": Post("sro", {"held_by": "The student", "where_now": "With the student"}),
    "plan_checkins": Post(
        "counselor", lambda w: {"how_often": "every_days", "days": "3", "person": w.staff.counselor.pk}
    ),
    "plan_break": Post(
        "counselor", {"who": "child_welfare", "outside": "Intake worker", "how": "By telephone."}
    ),
    "follow_referral": Post("counselor", {"state": "ended", "note": "All went."}),
    # To another school: that the student left was answered already.
    "note_roster_change": Post(
        "counselor",
        REASON,
        before=lambda w: make.left_school(w.staff.student, school=w.staff.other_school),
    ),
    "take_over": Post("counselor"),
    "suspect_parent": Post("counselor", REASON, before=lambda w: released(w)),
    "release_parent_hold": Post("counsel", REASON, before=lambda w: with_counsel(w)),
    "record_custody": Post(
        "counselor",
        lambda w: {"taken_at": moment(w), "agency": "City police", "officer_named": "R. Roe"},
        before=lambda w: came_back(w),
    ),
    "end_custody": Post("counselor", lambda w: {"back_at": moment(w), **REASON}),
    "end_alert": Post("counselor", REASON),
    "offer_transfer": Post(
        "counselor",
        lambda w: {
            "to": str(w.backup.memberships.get().pk),
            **told(w, to_whom(w.staff.other_school, w.backup), "contact"),
        },
        before=stays,
    ),
    "send_summary": Post(
        "counselor",
        lambda w: {
            "recipient_kind": "other_school",
            "recipient": "Ms. Okafor",
            "basis": "other_school",
            "interest": "She enrolls there.",
            **told(w, "Ms. Okafor", "contact"),
        },
        before=lambda w: (stays(w), nothing_frozen(w)),
    ),
    "note_departure": Post("counselor", REASON, before=stays),
    "withdraw_transfer": Post("counselor", REASON),
    "acknowledge_transfer": Post("elsewhere", {"acknowledged_by": "Ms. Okafor"}, state="other"),
    "accept_transfer": Post("elsewhere", before=lambda w: w.calm(w.cases["own"])),
    "refuse_transfer": Post("elsewhere", REASON),
    "report_absence": Post("teacher", lambda w: {"student": w.staff.student.pk}),
    "enter_away": Post("counselor", lambda w: {"first_day": day(w), "last_day": day(w, 3)}),
    "withdraw_away": Post("counselor"),
    "make_feed": Post("counselor", answer=200),
    "revoke_feed": Post("counselor"),
    "change_district": Post("liaison", {"dispatch_number": "555-0177"}),
    "add_school": Post("liaison", {"name": "Cedar High"}),
    "change_school": Post("liaison", {"name": "Cedar High"}),
    "add_closure": Post(
        "administrator",
        lambda w: {"school": w.staff.school.pk, "name": "Snow", "first_day": day(w), "last_day": day(w)},
    ),
    "remove_closure": Post("administrator"),
    "add_agency": Post(
        "liaison", {"kind": "other", "name": "Shelter", "telephone": "555-0105", "verified": "on"}
    ),
    "change_agency": Post("liaison", {"note": "Day and night"}),
    "remove_agency": Post("liaison"),
    "add_student": Post(
        "administrator",
        lambda w: {"school": w.staff.school.pk, "given_name": "Kai", "family_name": "Lake"},
    ),
    "compare_students": Post(
        "administrator",
        lambda w: {
            "student_query": "Underhill, Under-Hill",
            "rows": [w.places["student_id"], w.places["other_id"]],
        },
    ),
    "merge_students": Post("administrator", lambda w: {"keep": w.places["student_id"]}),
    "unmerge_students": Post("administrator"),
    "keep_draft": Post("teacher", lambda w: {"draft_of": w.token("teacher"), "account": "A c"}, answer=204),
    "record_release": Post(
        "counselor",
        {
            "recipient_kind": "provider",
            "recipient": "Dr. Rivera",
            "what": "Attendance.",
            "basis": "consent",
            "interest": "To plan.",
        },
    ),
    "record_interview": Post(
        "counselor",
        {
            "agency_kind": "other",
            "agency": "District attorney",
            "interviewer": "Ms. Ray",
            "told": "yes",
            "adult": "alone",
        },
    ),
    "make_paper": Post("counselor", lambda w: on_paper(w), answer=200),
    "review_releases": Post("counsel", before=with_another_release),
    "log_records_request": Post(
        "teacher",
        lambda w: {
            "student": w.classmate.pk,
            "asker": "parent",
            "asked_by": "Robin",
            "wants": "The file.",
            "way": "mail",
        },
    ),
    "match_records_request": Post("liaison", lambda w: {"student": w.staff.student.pk}),
    "open_requested_case": Post(
        "counsel",
        before=lambda w: make.case(
            w.staff, about=make.concern(w.staff, student=w.classmate, at=w.at), at=w.at
        ),
    ),
    "answer_records_request": Post("counsel", {"outcome": "refused", "basis": "", **REASON}),
    "search": Post("counselor", {"words": "Robin"}, answer=200),
    "begin_emergency_access": Post("counsel", lambda w: {"number": own(w).number, **REASON}),
    "end_emergency_access": Post("emergency"),
    "review_case": Post(
        "administrator",
        lambda w: {"team": "met", "team_on": day(w), "team_words": "A plan.", "ask_carrier": "How?"},
    ),
    "answer_question": Post("counselor", {"answer": "cannot_say"}),
    "review_emergency_access": Post("counselor", {"finding": "needed", "note": "It was."}),
    "invite_person": Post(
        "administrator",
        lambda w: {
            "name": "Nia New",
            "email": "nia.new@example.org",
            "role": "reporter",
            "school": w.staff.school.pk,
        },
    ),
    "invite_again": Post("administrator"),
    "change_person": Post("liaison", {"name": "Sam Social"}),
    "close_account": Post("administrator"),
    "reopen_account": Post("liaison", before=lambda w: closed(w)),
    "give_role": Post("administrator", lambda w: {"role": "counselor", "school": w.staff.school.pk}),
    "change_role": Post("administrator", {"weekdays": ["0"]}),
    "end_role": Post("administrator"),
    "record_agreement": Post("administrator", lambda w: {"agreed_on": day(w)}),
}
