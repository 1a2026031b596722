"""A second, differently numbered protocol passes every verb: no code knows a step by its number."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from cases import workflow
from cases.help import KINDS
from cases.kinds import DONE_BY, SCHEDULED
from cases.models import Alert, Case, CasePerson, StepPart, Transfer
from cases.reading.preview import preview
from cases.workflow import VERBS
from cases.workflow.releases import latest_release
from cases.workflow.roster import roster_mark
from cases.workflow.steps import asked_fields
from csec.audit.models import Event
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from protocols.loader import load
from protocols.schema import Field
from tests import around, make, reviews
from tests.conftest import LOADED_AT
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = Path(__file__).parent.parent / "protocols" / "other.toml"
LATER = AT + timedelta(hours=1)


@pytest.fixture
def other(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(OTHER.read_text())
    load(tmp_path, at=LOADED_AT)


def answer(field: Field) -> Any:
    """Some value that fits a field."""
    if field.type in ("choice", "choices"):
        first = field.choices[0].value
        return first if field.type == "choice" else [first]
    return {"text": "Words.", "note": "More words.", "date": AT.date(), "moment": AT, "yes_no": True}[
        field.type
    ]


def acting(staff: make.Staff, part: StepPart) -> Any:
    roles = {
        "mandated_reporter": staff.counselor,
        "counselor": staff.counselor,
        "social_worker": staff.counselor,
        "administrator": staff.administrator,
        "sro": staff.sro,
    }
    return next(roles[actor] for actor in part.actors if actor in roles)


def values_for(case: Case, part: StepPart, person: Any) -> dict[str, Any]:
    with acting_as(person.pk):
        seen = make.as_seen(case, person)
        # Of whoever decides the name is looked up.
        named = {"decided_by": person.name}
        return {field.name: named.get(field.name) or answer(field) for field in asked_fields(seen, part)}


def open_parts(staff: make.Staff, case: Case) -> Iterator[StepPart]:
    """The parts of the open track in printed order, each as it is when its turn comes."""
    with acting_as(staff.counselor.pk):
        names = list(
            StepPart.objects.filter(case=case, run__ended_at__isnull=True).values_list("part", flat=True)
        )
    for name in names:
        with acting_as(staff.counselor.pk):
            yield StepPart.objects.select_related("run", "corresponds_to").get(
                case=case, part=name, run__ended_at__isnull=True
            )


def walk(staff: make.Staff, case: Case) -> None:
    """End every part of the open track by its own verb and role."""
    request = None
    for part in open_parts(staff, case):
        person = acting(staff, part)
        if DONE_BY.get(part.kind) == "request_sro":
            given = {"actor": person, "part": part, "officer": staff.sro, "at": LATER}
            values = values_for(case, part, person)
            first = workflow.request_sro(**given, version=part.version, values=values)
            workflow.decline_request(actor=staff.sro, request=first, reason="On leave.", at=LATER)
            request = workflow.request_sro(**given, version=part.version + 2, values=values)
            workflow.accept_request(actor=staff.sro, request=request, at=LATER)
        elif DONE_BY.get(part.kind) == "report_back":
            assert request is not None
            values = values_for(case, part, person)
            workflow.report_back(actor=person, request=request, version=part.version, values=values, at=LATER)
        else:
            given = {
                "actor": person,
                "part": part,
                "version": part.version,
                "happened_at": LATER,
                "at": LATER,
            }
            values = values_for(case, part, person)
            entry = (
                workflow.record_checkin(**given, seen=True, values=values)
                if part.kind in SCHEDULED
                else workflow.record_outcome(**given, outcome="done", values=values)
            )
            workflow.correct_entry(
                actor=person,
                entry=entry,
                outcome="done",
                happened_at=LATER,
                values=values,
                reason="A typing error.",
                at=LATER,
            )


@pytest.mark.parametrize("definition", [pytest.param("printed", marks=pytest.mark.thorough), "other"])
def test_every_verb_passes_on_both_protocols(definition: str, request: pytest.FixtureRequest) -> None:
    if definition == "other":
        request.getfixturevalue("other")
    staff = make.Staff()
    make.winter_break()
    for track in ("suspected_recruiter", "suspected_victim"):
        case = make.case(staff, track)
        assert case.protocol.protocol == ("other" if definition == "other" else "csec")
        make.with_liaison(case, staff, at=LATER)
        in_an_emergency(staff, case)
        parents_stand_aside(staff, case)
        if track == "suspected_recruiter":
            targeted = make.targeted(
                case, staff.counselor, make.student(staff.school, "Toni", "Tran"), at=LATER
            )
            assert targeted is not None
            assert targeted.protocol == case.protocol
        walk(staff, case)
        if track == "suspected_victim":
            confirm(staff, case)
            walk(staff, case)
        contact_goes_on(staff, case)
        people_and_safety(staff, case)
        row = reviews.question(case, staff.administrator, at=LATER)
        reviews.answered(case, staff.counselor, row, at=LATER)
        goes_on_elsewhere(staff, case)
        row = workflow.add_person(
            actor=staff.counselor,
            case=case,
            person=staff.social_worker,
            role="social_worker",
            reason="Helps.",
            at=LATER,
        )
        workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Done.", at=LATER)
        workflow.exclude_person(
            actor=staff.counselor, case=case, person=staff.counsel, reason="Related.", at=LATER
        )
        with acting_as(staff.liaison.pk):
            away = CasePerson.objects.get(case=case, excluded=True)
        workflow.readmit_person(actor=staff.liaison, case=case, person=away, reason="Not so.", at=LATER)
        left_the_school(staff, case)
        other_student = make.student(staff.school, "Robin", "Reed")
        workflow.correct_student(
            actor=staff.counselor, case=case, student=other_student, reason="Mixed up.", at=LATER
        )
        move(staff, case)
        for part in open_parts(staff, case):
            if part.kind == "report" and part.is_open:
                workflow.record_outcome(
                    actor=staff.counselor,
                    part=part,
                    version=part.version,
                    outcome="done",
                    happened_at=LATER,
                    values=values_for(case, part, staff.counselor),
                    at=LATER,
                )
        make.opted_out(case, at=LATER)
        workflow.close_case(
            actor=staff.counselor,
            case=case,
            outcome="no_longer_needed",
            reason="Well.",
            # What was asked of the other student.
            left_open=make.left_open(case, staff.counselor),
            last_look="Well.",
            at=LATER,
        )
        workflow.reopen_case(actor=staff.counselor, case=case, reason="Not so well.", at=LATER)
        beside = make.case(staff, track, about=make.concern(staff, student=other_student, at=LATER), at=LATER)
        workflow.settle_second_case(
            actor=staff.liaison, case=case, beside=beside, goes_on="this", reason="One is enough.", at=LATER
        )
        workflow.void_case(actor=staff.liaison, case=case, reason="For the test.", at=LATER)
    intake(staff)
    done = set(Event.objects.using("owner").filter(result="done").values_list("verb", flat=True))
    assert {verb.event for verb in VERBS.values()} <= done


def goes_on_elsewhere(staff: make.Staff, case: Case) -> None:
    """What was accepted is looked at, and what the roster says is answered."""
    for part in open_parts(staff, case):
        if part.progress:
            workflow.follow_referral(actor=staff.counselor, part=part, state="ended", at=LATER)
    left = make.left_school(staff.student)
    workflow.note_roster_change(
        actor=staff.counselor, case=case, seen=roster_mark(left), reason="The next school.", at=LATER
    )
    make.left_school(staff.student, active=True)


def in_an_emergency(staff: make.Staff, case: Case) -> None:
    access = make.opened_in_emergency(case, staff.counsel)
    workflow.end_emergency_access(actor=staff.counsel, case=case, at=database_now())
    workflow.review_emergency_access(
        actor=staff.counselor, case=case, access=access, finding="needed", note="Threats.", at=LATER
    )


def parents_stand_aside(staff: make.Staff, case: Case) -> None:
    taken = {"taken_at": LATER, "agency": "City police", "officer_named": "R. Roe, 117"}
    custody = workflow.record_custody(actor=staff.counselor, case=case, **taken, at=LATER)
    back = {"back_at": LATER, "reason": "With her aunt."}
    workflow.end_custody(actor=staff.counselor, case=case, custody=custody, **back, at=LATER)
    hold = workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=LATER)
    workflow.release_parent_hold(actor=staff.counsel, case=case, hold=hold, reason="Looked into.", at=LATER)


def left_the_school(staff: make.Staff, case: Case) -> None:
    """A release and an interview; a request for the records, for which counsel opens the case and reviews the list."""
    make.released(case, staff.counselor, at=LATER)
    make.interviewed(case, staff.administrator, at=LATER)
    make.paper(case, staff.counselor, at=LATER)
    row = make.records_request(staff, at=LATER, student=None, student_described="The student.")
    workflow.match_records_request(actor=staff.liaison, request=row, student=staff.student, at=LATER)
    now = database_now()
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=now)
    with acting_as(staff.counsel.pk):
        # Facts that went into a website are in the list as well.
        last = latest_release(case)
        assert last is not None
        preview(make.as_seen(case, staff.counsel))
    workflow.review_releases(actor=staff.counsel, case=case, last=last.pk, at=now)
    workflow.answer_records_request(
        actor=staff.counsel, request=row, outcome="refused", reason="Unsafe.", at=now
    )


def people_and_safety(staff: make.Staff, case: Case) -> None:
    """The verbs that are about no step at all."""
    person = around.contact(case, staff.counselor, at=LATER, may_pick_up="yes")
    around.safety_plan(case, staff.administrator, at=LATER, pick_up=[person.who])
    given = {"actor": staff.counselor, "case": case, "at": LATER}
    person = workflow.change_contact(contact=person, **given, **around.person(may_pick_up="no"))
    workflow.end_contact(contact=person, reason="Moved.", **given)
    workflow.record_device(**given, **around.device())


def contact_goes_on(staff: make.Staff, case: Case) -> None:
    """The verbs of the schedule, where the track has a regular contact."""
    if not any(part.kind in SCHEDULED for part in open_parts(staff, case)):
        return
    make.scheduled(case, staff.counselor, at=LATER)
    make.break_planned(case, staff.counselor, at=LATER)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.administrator, case=case, subject=waiting.pk, at=LATER)
    with acting_as(staff.counselor.pk):
        before = Alert.objects.exists()
    if not before:
        make.missing(staff.administrator, staff.student, at=LATER)
        with acting_as(staff.counselor.pk):
            alerts = list(Alert.objects.select_related("case").filter(case__status="open"))
        for alert in alerts:
            workflow.end_alert(
                actor=staff.counselor, case=alert.case, alert=alert, reason="At the doctor.", at=LATER
            )


def move(staff: make.Staff, case: Case) -> None:
    """A transfer that is refused, one that is withdrawn, a summary, and a student who left and is acknowledged."""
    with acting_as(staff.counselor.pk):
        decided = Transfer.objects.filter(case=case, state="asked").first()
    if decided:
        withdrawn(staff, case, decided)
    offered = make.offered(case, staff.counselor, staff.elsewhere, at=LATER)
    workflow.refuse_transfer(actor=staff.elsewhere, transfer=offered, reason="No place.", at=LATER)
    withdrawn(staff, case, make.sent(case, staff.counselor, at=LATER))
    workflow.acknowledge_transfer(
        actor=staff.counselor,
        case=case,
        transfer=make.left(case, staff.counselor, at=LATER),
        acknowledged_by="Ms. Okafor",
        acknowledged_at=LATER,
        at=LATER,
    )


def withdrawn(staff: make.Staff, case: Case, transfer: Transfer) -> None:
    workflow.withdraw_transfer(actor=staff.counselor, case=case, transfer=transfer, reason="Stays.", at=LATER)


def confirm(staff: make.Staff, case: Case) -> None:
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=LATER,
    )


def intake(staff: make.Staff) -> None:
    """The verbs of a concern that did not become a case of its own, and those that are about no case."""
    make.missing(staff.teacher, staff.student, at=LATER)
    days = {"first_day": LATER.date(), "last_day": LATER.date()}
    away = workflow.enter_away(actor=staff.teacher, person=staff.teacher, at=LATER, **days)
    workflow.make_feed(actor=staff.counselor, at=LATER)
    workflow.revoke_feed(actor=staff.counselor, at=LATER)
    workflow.withdraw_away(actor=staff.teacher, away=away, at=LATER)
    case = make.case(staff)
    concern = make.concern(staff, student=None, student_described="Red jacket.", concern_id=uuid4())
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=LATER)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="More.", at=LATER)
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=LATER)
    [duty] = make.duties(staff.teacher, concern=concern, ended_at=None)
    workflow.correct_learned_at(
        actor=staff.teacher, duty=duty, learned_at=AT - timedelta(hours=1), reason="Mistyped.", at=LATER
    )
    workflow.attach_concern(actor=staff.counselor, concern=concern, case=case, reason="Same event.", at=LATER)
    workflow.close_concern(actor=staff.counselor, concern=make.concern(staff), reason="Cleared.", at=LATER)
    mover = make.student(staff.school, "Uma", "Underhill")
    moving = make.case(staff, about=make.concern(staff, student=mover))
    offered = make.offered(moving, staff.counselor, staff.elsewhere, at=LATER)
    workflow.accept_transfer(actor=staff.elsewhere, transfer=offered, at=LATER)


def test_help_names_the_steps_of_the_protocol_that_the_case_follows(other: None) -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)

    def page(name: str, *args: Any) -> str:
        return str(client.get(reverse(f"cases:{name}", args=args)).content.decode())

    offer, plain = (make.part(case, staff.counselor, name) for name in ("y_offer", "y_plain"))
    assert "Printed protocol, step Y1;" in page("record_outcome", case.pk, offer.pk)
    shown = page("help_step", case.pk, plain.pk)
    assert "Help with step Y2" in shown
    assert str(KINDS["plain"].asks) in shown
    contents = page("help_contents")
    for track in case.protocol.definition.tracks:
        for step, part in track.parts():
            assert f"<b>{track.letter}{step.number}</b>" in contents
            assert f">{escape(part.label)}</a>" in contents
