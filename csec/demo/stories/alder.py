"""Alder High School: suspected and confirmed victims."""

from csec.demo.beside import log_concern
from csec.demo.people import Cast
from csec.demo.telling import CaseStory


def avery_is_new_and_nobody_has_called_yet(cast: Cast) -> None:
    """Suspected victim, opened just now: the call to Child Welfare Services comes first; the SRO has not answered."""
    clock = cast.clock
    concern = log_concern(
        cast,
        by="priya",
        about="avery",
        school="alder",
        known=clock.lately(minutes=185),
        at=clock.lately(minutes=180),
        account="Avery asked to stay in my room because an older person was waiting outside again. Avery has a"
        " second phone that is new, and looked at it all the time.",
        words="“He says I owe him for the phone.”",
        indicators=["controlled_by_another", "often_absent"],
        observed="The same gray car outside the gate twice this week (seen by me). Four absences this month.",
        source="student",
        name_shown=True,
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="elena",
        track="suspected_victim",
        at=clock.lately(minutes=160),
        reason="The student’s own words and what the teacher saw fit the county’s list.",
    )
    case.asks(
        "elena",
        "ben",
        clock.lately(minutes=150),
        "A student says that an adult in a gray car waits at the east gate after school. Please look at the gate.",
    )


def maya_was_not_seen_when_she_should_have_been(cast: Cast) -> None:
    """Suspected victim, well on its way, with a check-in that is late although somebody covers."""
    at, back, ahead = cast.clock.at, cast.clock.back, cast.clock.ahead
    concern = log_concern(
        cast,
        by="joan",
        about="maya",
        school="alder",
        at=at(13, "09:20"),
        account="Maya came to rest, very tired, for the third time in two weeks. She has not been home since Friday.",
        words="“I stay where they let me stay.”",
        indicators=["unstable_housing", "worrying_relationships"],
        source="student",
        name_shown=True,
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="elena",
        track="suspected_victim",
        at=at(13, "09:50"),
        reason="Two signs of the second group, and adults who lend a place to sleep.",
    )
    case.does(
        "elena",
        "report",
        at(13, "10:20"),
        phoned_at=at(13, "10:05"),
        written_at=at(13, "10:05"),
        agency="Child Welfare Services",
        person_spoken_to="Intake worker",
        reference="CW-55-0131",
    )
    case.asks("elena", "ben", at(13, "10:30"), "A student may be staying with adults who are not relatives.")
    case.accepts(at(13, "11:10"))
    case.reports_back(
        at(12, "14:00"), "investigating", law_enforcement_agency="City police", agency_case_number="55-1187"
    )
    case.does(
        "diane",
        "impact",
        at(12, "15:30"),
        areas_checked=["other_students", "campus_safety"],
        impact_found=False,
        safety_measures="The front office calls the counselor when somebody who is not on the card asks for her.",
    )
    case.does(
        "elena",
        "consult",
        at(12, "11:00"),
        limits_explained=True,
        student_view="Agrees that her aunt is told, if the counselor speaks and she may be in the room.",
        safe_way="In person at school, second period",
    )
    case.does("elena", "regular_contact", at(12, "11:20"), again=back(7), seen=True, student_safe="yes")
    case.decides("elena", at(11, "15:30"))
    case.does(
        "elena",
        "contact_guardian",
        at(11, "16:10"),
        guardian_contacted="Aunt, who has custody",
        guardian_language="Spanish",
        told_guardian="The aunt was told with the student in the room, and asked what she can do to help.",
    )
    case.does(
        "elena",
        "offer_referral",
        at(11, "16:30"),
        provider="Harbor Youth Services (invented)",
        offered_to="both",
        referral_answer="accepted",
        consent_basis="professional_judgment",
        treating_professional="J. Okafor, LMFT (invented)",
        parent_involvement="The aunt drives her to the first appointment.",
    )
    case.does(
        "ben",
        "website",
        at(10, "13:00"),
        outcome="not_applicable",
        reason="What is known so far is not sufficient. I look at it again if anything new is reported.",
    )
    case.adds("elena", "marcus", "social_worker", at(10, "14:00"), "Stands in for me on Thursdays.")
    case.plans("elena", at(10, "14:05"), cover="marcus")
    aunt = case.meets(
        "elena", "Rosa Delgado", "guardian", at(10, "14:10"), telephone="555-0163",
        may_be_contacted="yes", may_pick_up="yes", lives_in_home="yes", decides_education="yes",
    )  # fmt: skip
    case.keeps_safe(
        "elena",
        at(10, "14:20"),
        review_on=ahead(20),
        danger="911, then the office. “Is Mr. Green in?” on the telephone means: come and get me.",
        safe_adult="The nurse.",
        arrival="Her aunt drives her to the east entrance.",
        pick_up=[aunt.who],
    )
    case.does(
        "marcus",
        "regular_contact",
        at(7, "11:00"),
        again=back(2),
        seen=True,
        student_safe="unsure",
        status="Stays with her aunt. Sleeps badly. Wants to go on with the appointments.",
    )


def nadia_was_suspected_and_is_confirmed(cast: Cast) -> None:
    """Suspected, then confirmed by the police: what was done stays, the new track asks again, contact goes on."""
    at, back, ahead = cast.clock.at, cast.clock.back, cast.clock.ahead
    concern = log_concern(
        cast,
        by="priya",
        about="nadia",
        school="alder",
        at=at(19, "12:40"),
        account="A classmate told me that somebody online asks Nadia for money and decides whom she meets.",
        indicators=["controlled_by_another", "sexual_online_use"],
        source="somebody",
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="elena",
        track="suspected_victim",
        at=at(19, "13:15"),
        reason="Two signs of the first group were reported.",
    )
    case.does(
        "elena",
        "report",
        at(19, "13:50"),
        phoned_at=at(19, "13:30"),
        written_at=at(19, "13:30"),
        agency="Child Welfare Services",
        reference="CW-55-0118",
    )
    case.asks("elena", "ben", at(19, "14:00"), "Somebody online is said to control a student’s meetings.")
    case.accepts(at(19, "14:25"))
    case.reports_back(at(16, "10:00"), "referred", law_enforcement_agency="City police")
    case.does(
        "diane",
        "impact",
        at(18, "15:00"),
        areas_checked=["recruitment", "harassment", "other_students"],
        impact_found=True,
        impact_facts="Messages were passed on among students of one class. A concern was recorded for each of them.",
        safety_measures="Another seat plan; the class teacher knows whom to call.",
    )
    case.does(
        "elena",
        "consult",
        at(18, "10:30"),
        limits_explained=True,
        student_view="Does not want her parents to hear of it before she has spoken to the police.",
        safe_way="A note through the class teacher",
    )
    case.does(
        "elena",
        "contact_guardian",
        at(18, "11:00"),
        outcome="unable",
        reason="The police ask us to wait until they have spoken to the student.",
        again=back(12),
    )
    case.suspects(
        "elena", at(18, "11:10"), "A cousin who lives in the home drove the student to the meetings."
    )
    case.does(
        "elena",
        "offer_referral",
        at(17, "10:45"),
        outcome="declined",
        reason="The student wants to think about it. I will ask again.",
        again=back(9),
    )
    for days_ago, following in ((18, back(13)), (13, back(8)), (8, back(3))):
        case.does(
            "elena", "regular_contact", at(days_ago, "10:40"), again=following, seen=True, student_safe="yes"
        )
    case.reclassifies(
        "elena",
        "confirmed_victim",
        at(4, "09:30"),
        basis="law_enforcement",
        decided_by="Elena Ruiz and Diane Okafor",
        reason="The city police told the school that they have confirmed it.",
    )
    case.does(
        "elena",
        "report",
        at(4, "10:15"),
        phoned_at=at(4, "10:00"),
        written_at=at(4, "10:00"),
        agency="Child Welfare Services",
        against_earlier="supplement",
        earlier_report="CW-55-0118",
    )
    case.asks(
        "diane", "ben", at(4, "10:30"), "Confirmed by the city police. Please coordinate with their unit."
    )
    case.accepts(at(4, "10:50"))
    case.does(
        "ben",
        "investigate",
        at(3, "13:00"),
        investigated_by="unit",
        law_enforcement_agency="City police",
        unit="Human trafficking unit",
        agency_case_number="55-1204",
    )
    case.does(
        "elena",
        "regular_contact",
        at(3, "10:40"),
        again=ahead(2),
        seen=True,
        student_safe="yes",
        status="Calmer since the police spoke to her. Sleeps at home.",
    )
    case.plans_next_break(
        "elena",
        at(3, "11:00"),
        outside="The social worker of Child Welfare Services, 555-0162",
        how="Visits her at home twice a week, when her sister is there. No telephone.",
    )
    case.does(
        "diane",
        "impact",
        at(2, "15:10"),
        areas_checked=["other_students", "campus_safety"],
        impact_found=False,
        safety_measures="The seat plan stays; the gate is staffed after school.",
    )


def tessa_is_a_new_concern(cast: Cast) -> None:
    """A concern that nobody has taken on yet, about a student of 18."""
    log_concern(
        cast,
        by="joan",
        about="tessa",
        school="alder",
        at=cast.clock.lately(minutes=95),
        known=cast.clock.lately(minutes=110),
        account="Tessa asked me where one can sleep for a few nights without giving a name.",
        words="“Just until he calms down.”",
        indicators=["unstable_housing"],
        source="student",
        name_shown=True,
    )
