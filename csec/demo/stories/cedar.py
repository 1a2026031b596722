"""Cedar Continuation School."""

from cases import workflow
from csec.demo.beside import is_away, log_concern
from csec.demo.people import Cast
from csec.demo.telling import CaseStory


def camilas_case_is_almost_done(cast: Cast) -> None:
    """Confirmed victim, every step ended but the last: where she goes to school from now on."""
    at, back, ahead = cast.clock.at, cast.clock.back, cast.clock.ahead
    concern = log_concern(
        cast,
        by="joan",
        about="camila",
        school="cedar",
        at=at(27, "09:00"),
        account="Child Welfare Services called: Camila comes back to school, and they have confirmed exploitation.",
        source="somebody",
        name_shown=True,
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="ruth",
        track="confirmed_victim",
        at=at(27, "09:30"),
        basis="child_welfare",
        decided_by="Ruth Abrams and Luis Herrera",
        reason="Child Welfare Services has confirmed it and asks the school for support.",
    )
    case.does(
        "ruth",
        "report",
        at(27, "10:00"),
        phoned_at=at(27, "09:45"),
        written_at=at(27, "09:45"),
        agency="Child Welfare Services",
        reference="CW-55-0102",
    )
    case.asks(
        "luis",
        "tanya",
        at(27, "10:15"),
        "A student comes back under the protection of Child Welfare Services.",
    )
    case.accepts(at(27, "10:40"))
    case.reports_back(at(26, "13:00"), "referred", law_enforcement_agency="County sheriff")
    case.does(
        "luis",
        "impact",
        at(26, "14:00"),
        areas_checked=["harassment", "campus_safety"],
        impact_found=False,
        safety_measures="She may leave a class at any time; the side door is hers in the morning.",
    )
    case.does(
        "tanya",
        "investigate",
        at(25, "11:00"),
        investigated_by="unit",
        law_enforcement_agency="County sheriff",
        unit="Human trafficking unit",
    )
    case.does(
        "tanya",
        "website",
        at(25, "11:30"),
        entered_on=back(25),
        information_used="officers_own",
        website_reference="W-55-044",
    )
    case.does(
        "ruth",
        "consult",
        at(26, "09:30"),
        limits_explained=True,
        student_view="Wants her grandmother told, with whom she lives.",
        safe_way="Through her grandmother’s telephone",
    )
    case.decides("ruth", at(26, "15:30"))
    case.does(
        "ruth",
        "contact_guardian",
        at(26, "16:00"),
        guardian_contacted="Grandmother, who has custody",
        guardian_language="Spanish",
        told_guardian="Told with the student present.",
    )
    case.adds("ruth", "marcus", "social_worker", at(25, "09:00"), "Accompanies her to the provider.")
    case.plans("ruth", at(25, "09:10"), cover="marcus")
    case.does(
        "marcus",
        "offer_referral",
        at(24, "10:00"),
        provider="Harbor Youth Services (invented)",
        offered_to="both",
        referral_answer="accepted",
        consent_basis="guardian_consent",
    )
    case.follows("marcus", at(10, "11:00"), "began", "She went twice, and wants to go on.", again=ahead(4))
    for days_ago in (26, 21, 16, 11, 6):
        case.does(
            "ruth",
            "regular_contact",
            at(days_ago, "09:10"),
            again=back(days_ago - 5),
            seen=True,
            student_safe="yes",
        )
    review = workflow.review_case(
        actor=cast.staff["luis"],
        case=case.case,
        at=at(9, "15:00"),
        team="met",
        team_on=back(12),
        team_words="She stays with her grandmother. The school keeps the side door and a seat near the office.",
        ask_carrier="Is she late in the mornings because of the way to school?",
        ask_sro="Does the unit still need anything from us?",
    )
    case.answers(
        "ruth", review, "carrier", at(8, "09:30"), "Yes. The bus is at 8:10; I ask for the earlier one."
    )
    case.does(
        "ruth",
        "regular_contact",
        at(1, "09:10"),
        again=ahead(4),
        seen=True,
        student_safe="yes",
        status="Has missed no day for three weeks. Would like to take the art class.",
    )
    # On the day of the next check-in she is not there, and it is his.
    is_away(cast, "ruth", ahead(3), ahead(5), at=at(1, "15:00"))


def the_officer_could_not_come_for_riley(cast: Cast) -> None:
    """Suspected victim whose SRO declined: the step that asks one in is open again."""
    at, ahead = cast.clock.at, cast.clock.ahead
    concern = log_concern(
        cast,
        by="luis",
        about="riley",
        school="cedar",
        at=at(1, "13:30"),
        account="Riley asked to change the telephone number on the card, because “they” must not find it.",
        words="“They come to the place where I work.”",
        indicators=["worrying_relationships", "unstable_housing"],
        source="student",
        name_shown=True,
    )
    case = CaseStory(
        cast,
        concern,
        opened_by="ruth",
        track="suspected_victim",
        at=at(1, "14:00"),
        reason="Two signs of the second group and the student’s own words.",
    )
    case.does(
        "ruth",
        "report",
        at(1, "14:30"),
        phoned_at=at(1, "14:15"),
        written_at=at(1, "14:15"),
        agency="Child Welfare Services",
        reference="CW-55-0151",
    )
    case.asks("ruth", "tanya", at(1, "14:40"), "Adults look for a student at the student’s place of work.")
    case.declines(at(1, "15:05"), "At court until Friday. Officer Castillo covers for me: please ask him.")
    case.does(
        "ruth",
        "regular_contact",
        at(1, "15:30"),
        again=ahead(2),
        seen=True,
        student_safe="yes",
        safe_way="In person only",
    )
    # Goes back to Birch Middle next week; until the counselor there accepts, the case stays here.
    workflow.offer_transfer(
        actor=cast.staff["ruth"],
        case=case.case,
        to_school=cast.schools["birch"],
        receiver=cast.staff["grace"],
        sections=["contact", "needs"],
        needs="A quiet place in the morning, and one adult to go to.",
        at=at(1, "16:00"),
    )


def a_concern_goes_past_a_relative(cast: Cast) -> None:
    """The counselor who would receive it is an aunt of the student: the social worker does, and she sees nothing."""
    at = cast.clock.at
    log_concern(
        cast,
        by="joan",
        about="theo",
        school="cedar",
        at=at(2, "11:15"),
        account="Theo has bruised knuckles and says that a man he met at the station pays for his meals.",
        words="“He is all right as long as I do what he says.”",
        indicators=["controlled_by_another"],
        source="student",
        past=["ruth"],
        name_shown=True,
    )
