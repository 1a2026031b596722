"""Birch Middle School."""

from cases import workflow
from cases.rhythm import Rhythm
from csec.demo.beside import log_concern
from csec.demo.people import Cast
from csec.demo.reporting import reports
from csec.demo.telling import CaseStory


def finley_declines_a_referral(cast: Cast) -> None:
    """Suspected victim of 13 who declines a referral and contact with a parent; the regular contact goes on."""
    at, back, ahead = cast.clock.at, cast.clock.back, cast.clock.ahead
    concern = log_concern(
        cast,
        by="noah",
        about="finley",
        school="birch",
        at=at(8, "10:20"),
        account="Finley has gifts that do not fit, and an adult friend whom nobody in the family knows.",
        words="“She is like a big sister. She gets me things.”",
        indicators=["worrying_relationships", "often_absent"],
        source="student",
        name_shown=True,
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="grace",
        track="suspected_victim",
        at=at(8, "11:00"),
        reason="Two signs of the second group, seen by the class teacher.",
    )
    case.does(
        "grace",
        "report",
        at(8, "11:30"),
        phoned_at=at(8, "11:15"),
        written_at=at(8, "11:15"),
        agency="Child Welfare Services",
        reference="CW-55-0140",
    )
    case.asks("grace", "tanya", at(8, "11:45"), "An adult who is not a relative gives a student gifts.")
    case.accepts(at(8, "13:00"))
    case.reports_back(at(6, "09:30"), "cannot_share")
    case.does(
        "peter",
        "impact",
        at(7, "14:30"),
        areas_checked=["recruitment", "other_students"],
        impact_found=False,
    )
    case.does(
        "grace",
        "consult",
        at(7, "09:45"),
        limits_explained=True,
        student_view="Does not want a parent told. Is afraid of losing the friend.",
        safe_way="At school, in the library",
    )
    case.does(
        "grace",
        "contact_guardian",
        at(7, "10:15"),
        outcome="declined",
        reason="The student does not want it at this time. Asked again at the review.",
        again=ahead(4),
    )
    case.does(
        "grace",
        "offer_referral",
        at(7, "10:20"),
        outcome="declined",
        reason="The student does not want to talk to anybody new at this time.",
        again=ahead(4),
    )
    case.does("grace", "regular_contact", at(7, "10:25"), again=back(3), seen=True, student_safe="unsure")
    # Nobody covers her yet: the administrator and the liaison are asked for somebody.
    case.plans("grace", at(7, "10:40"), rhythm=Rhythm.per_week([1, 4]))
    case.does(
        "grace",
        "regular_contact",
        at(3, "09:50"),
        again=ahead(1),
        seen=True,
        student_safe="yes",
        status="Came on time and stayed longer than last week.",
    )


def two_people_saw_the_same_about_lucia(cast: Cast) -> None:
    """Two concerns about one event, in one case; an entry that was corrected; a parent who was not reached yet."""
    at, back, ahead = cast.clock.at, cast.clock.back, cast.clock.ahead
    first = log_concern(
        cast,
        by="noah",
        about="lucia",
        school="birch",
        at=at(5, "15:25"),
        account="Lucia was met at the gate by two adults and did not seem free to refuse.",
        indicators=["controlled_by_another"],
        source="seen",
    )
    second = log_concern(
        cast,
        by="samuel",
        about="lucia",
        school="birch",
        at=at(5, "15:40"),
        account="I saw Lucia get into a van with two adults. She looked back twice. Plate written down for the SRO.",
        indicators=["controlled_by_another"],
        source="seen",
        name_shown=True,
    )
    case = CaseStory(
        cast,
        first,
        opened_by="grace",
        track="suspected_victim",
        at=at(5, "15:50"),
        reason="A sign of the first group, seen by two of the staff.",
    )
    case.attaches("grace", second, at(5, "15:52"), "The same event, seen from another place.")
    case.does(
        "grace",
        "report",
        at(5, "16:20"),
        phoned_at=at(5, "16:05"),
        written_at=at(5, "16:05"),
        agency="Child Welfare Services",
        person_spoken_to="Intake worker",
    )
    case.asks(
        "grace", "tanya", at(5, "15:55"), "A student got into a van with two adults at 15:20; plate at hand."
    )
    case.accepts(at(5, "15:58"))
    case.reports_back(at(4, "10:10"), "investigating", law_enforcement_agency="City police")
    impact = case.does(
        "peter", "impact", at(4, "12:30"), areas_checked=["other_students"], impact_found=False
    )
    case.corrects(
        "peter",
        impact,
        at(4, "13:10"),
        happened=at(4, "12:30"),
        reason="The wrong boxes were ticked: safety at the gate was looked into, and something was found.",
        areas_checked=["other_students", "campus_safety"],
        impact_found=True,
        impact_facts="The side gate stands open after the last bell.",
        safety_measures="The side gate is closed at 15:00 from today.",
    )
    case.does(
        "grace",
        "consult",
        at(4, "09:20"),
        limits_explained=True,
        student_view="Wants her mother told, and nobody else.",
    )
    case.does(
        "grace",
        "contact_guardian",
        at(3, "16:00"),
        outcome="unable",
        reason="The mother works at night. We agreed with the student on another day.",
        again=ahead(1),
    )
    case.does("grace", "regular_contact", at(4, "09:30"), again=back(1), seen=True, student_safe="unsure")
    case.does(
        "grace",
        "regular_contact",
        at(1, "09:40"),
        outcome="unable",
        reason="Absent today; the front office has called home.",
        again=ahead(1),
        why_not_seen="Absent",
    )


def hana_was_helped_and_her_case_is_closed(cast: Cast) -> None:
    """Suspected victim, walked to the end and closed with an outcome, its last open part explained."""
    at, back = cast.clock.at, cast.clock.back
    concern = log_concern(
        cast,
        by="noah",
        about="hana",
        school="birch",
        at=at(40, "09:05"),
        account="An adult whom Hana met online asked her to come to a hotel. She showed the invitation to a friend.",
        indicators=["sexual_online_use"],
        source="somebody",
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="grace",
        track="suspected_victim",
        at=at(40, "09:40"),
        reason="An invitation by an adult who is not known to the family.",
    )
    case.does(
        "grace",
        "report",
        at(40, "10:10"),
        phoned_at=at(40, "09:55"),
        agency="Child Welfare Services",
        reference="CW-55-0097",
        written_at=at(40, "10:08"),
        written_by_way_of="web_form",
    )
    case.asks("grace", "tanya", at(40, "10:20"), "An adult online invited a student to a hotel.")
    case.accepts(at(40, "10:45"))
    case.reports_back(at(30, "14:00"), "closed", law_enforcement_agency="City police")
    case.does(
        "peter",
        "impact",
        at(39, "12:00"),
        areas_checked=["recruitment", "other_students"],
        impact_found=False,
    )
    case.does(
        "tanya",
        "website",
        at(38, "11:00"),
        entered_on=back(38),
        information_used="officers_own",
        website_reference="W-55-031",
    )
    case.does(
        "grace",
        "consult",
        at(39, "09:30"),
        limits_explained=True,
        student_view="Wants both parents told, with the counselor present.",
    )
    case.decides("grace", at(38, "15:30"))
    case.does(
        "grace",
        "contact_guardian",
        at(38, "16:30"),
        guardian_contacted="Both parents",
        told_guardian="They were told what is known, and to whom they can turn.",
    )
    case.does(
        "grace",
        "offer_referral",
        at(37, "10:00"),
        outcome="unable",
        reason="The provider has a waiting list.",
        again=back(30),
    )
    for days_ago in (38, 33, 28, 23):
        case.does(
            "grace",
            "regular_contact",
            at(days_ago, "09:30"),
            again=back(days_ago - 5),
            seen=True,
            student_safe="yes",
        )
    case.closes(
        "grace",
        "other_support",
        at(22, "15:00"),
        reason="The family’s own counselor carries on. Police and parents agree that there is no contact any more.",
        open_because="The family found a counselor of its own before the waiting list moved.",
    )


def a_student_is_not_known_yet(cast: Cast) -> None:
    """A concern with a description instead of a name, from an anonymous tip; to be matched later."""
    at = cast.clock.at
    log_concern(
        cast,
        by="noah",
        school="birch",
        at=at(1, "15:10"),
        account="A note in the box in the hall: somebody “makes a girl from eighth grade go with people”.",
        student_described="A girl in eighth grade, green backpack, waits at the bus stop on Fifth Street",
        indicators=["controlled_by_another"],
        source="unknown",
    )


def a_concern_about_owen_ended_without_a_case(cast: Cast) -> None:
    """A concern that the receiver read, looked into and closed with a reason."""
    at, grace = cast.clock.at, cast.staff["grace"]
    concern = log_concern(
        cast,
        by="noah",
        about="owen",
        school="birch",
        at=at(9, "13:20"),
        account="Owen was fetched by somebody I do not know, two days running.",
    )
    workflow.accept_concern(actor=grace, concern=concern, at=at(9, "13:45"))
    reports(cast, "noah", concern, at(9, "14:20"))
    reason = "The person is an uncle who is on the card as a contact; the mother confirmed it."
    workflow.close_concern(actor=grace, concern=concern, reason=reason, at=at(8, "09:10"))
