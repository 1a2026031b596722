"""Alder High School: students suspected of recruiting."""

from uuid import uuid4

from cases import workflow
from csec.demo.beside import log_concern
from csec.demo.people import Cast
from csec.demo.telling import CaseStory


def jordan_may_be_recruiting(cast: Cast) -> None:
    """
    Suspected recruiting, halfway; the student could be a victim too, which is a concern of its own.

    A student who was asked along has a case already: what was told of it goes there. The decision on a school
    consequence waits for the administrator.
    """
    at = cast.clock.at
    concern = log_concern(
        cast,
        by="priya",
        about="jordan",
        school="alder",
        at=at(6, "14:10"),
        account="Two students told me separately that Jordan offers classmates “easy money” at parties of adults.",
        words="“You only have to be nice to them.”",
        indicators=["time_around_commercial_sex"],
        source="somebody",
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="elena",
        track="suspected_recruiter",
        at=at(6, "14:40"),
        reason="Two independent accounts name the same offer.",
    )
    case.asks("diane", "ben", at(6, "15:00"), "A student is said to invite classmates to parties of adults.")
    case.accepts(at(6, "15:20"))
    case.reports_back(at(5, "11:00"), "investigating")
    case.does(
        "diane",
        "impact",
        at(4, "15:45"),
        areas_checked=["recruitment", "other_students", "campus_safety"],
        impact_found=True,
        impact_facts="The invitations went through a group chat. A concern was recorded for each student asked.",
        safety_measures="Staff at the bus stop after school.",
    )
    case.does(
        "elena",
        "screen",
        at(3, "09:15"),
        could_be_victim="unsure",
        screen_basis="An adult drives the student and keeps the student’s phone in the evening, as a teacher saw.",
    )
    workflow.open_targeted_case(
        actor=cast.staff["elena"],
        case=case.case,
        concern_id=uuid4(),
        student=cast.students["maya"],
        first_known_at=at(3, "09:20"),
        account="Maya said that she was asked to come along to a party of adults, and went once.",
        reason="It may be where she stays at night.",
        at=at(3, "09:30"),
    )
    own = log_concern(
        cast,
        by="diane",
        about="jordan",
        school="alder",
        at=at(3, "09:40"),
        account="While looking into another matter it was seen that an adult decides where Jordan goes, and when.",
        indicators=["controlled_by_another"],
        source="seen",
        name_shown=True,
    )
    workflow.accept_concern(actor=cast.staff["elena"], concern=own, at=at(3, "10:05"))


def devon_was_not_recruiting(cast: Cast) -> None:
    """Suspected recruiting, every step ended: the case can be closed with its outcome."""
    at = cast.clock.at
    concern = log_concern(
        cast,
        by="priya",
        about="devon",
        school="alder",
        at=at(11, "08:50"),
        account="A flyer for “modeling jobs” with Devon’s number hung at the lockers.",
        source="seen",
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="elena",
        track="suspected_recruiter",
        at=at(11, "09:30"),
        reason="The flyer offers minors work with an adult whom nobody knows.",
    )
    case.asks(
        "diane", "ben", at(11, "09:45"), "A flyer with a student’s number offers classmates modeling jobs."
    )
    case.accepts(at(11, "10:00"))
    case.reports_back(at(8, "13:30"), "closed")
    case.does(
        "diane",
        "impact",
        at(10, "12:00"),
        areas_checked=["recruitment", "other_students"],
        impact_found=False,
        impact_facts="The agency exists, asks for parents’ consent, and was called by the SRO.",
    )
    case.does("elena", "screen", at(9, "10:00"), could_be_victim="no_sign")
    case.does(
        "diane",
        "consequence",
        at(8, "14:30"),
        outcome="not_applicable",
        reason="Nothing was found that calls for a consequence. Posting rules were explained.",
    )
    case.does(
        "ben",
        "website",
        at(8, "14:00"),
        outcome="not_applicable",
        reason="No reliable evidence.",
    )
