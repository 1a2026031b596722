"""The pages that are seldom seen: the form of each part, a case that is void, and what an error says."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases import permissions, workflow
from cases.models import CasePerson, Transfer
from csec import errors
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Student
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.cases.clocks import unhurried
from tests.make import AT
from tests.reviews import answered, questions, reviewed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.thorough
@pytest.mark.parametrize("track", ["suspected_recruiter", "confirmed_victim"])
def test_the_form_of_each_part(track: str, window: Window, staff: make.Staff) -> None:
    case = make.case(staff, track)
    by = staff.administrator if track == "suspected_recruiter" else staff.counselor
    make.asked_in(case, by, staff.sro)
    seen = set()
    for person in (staff.counselor, staff.administrator, staff.sro):
        mine = make.as_seen(case, person)
        with acting_as(person.pk):
            parts = [
                part
                for part in make.parts(case, person)
                if permissions.can_record_outcome(person, mine, part) and part.part not in seen
            ]
        page = window(person)
        for part in parts:
            seen.add(part.part)
            response = page.goto(reverse("cases:record_outcome", args=[case.pk, part.pk]))
            assert response is not None
            assert response.status == 200, part.part
            acts.look_at(page, f"part-{track}-{part.part}")
    assert len(seen) == {"suspected_recruiter": 6, "confirmed_victim": 11}[track]


def test_a_case_that_is_void(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    look(window(staff.counselor), "case-void", case.get_absolute_url())


@pytest.mark.thorough
def test_two_open_cases_of_one_student_and_whom_a_frozen_case_is_about(
    window: Window, staff: make.Staff
) -> None:
    now = database_now()
    first, second = make.case(staff, at=now), make.case(staff, at=now)
    liaison = window(staff.liaison)
    look(liaison, "home-second", reverse("home"))
    address = reverse("cases:settle_second_case", args=[second.pk, first.pk])
    look(liaison, "settle_second_case", address)
    liaison.get_by_label("Both are kept").check()
    liaison.get_by_role("button", name="Settle it").click()
    acts.look_at(liaison, "settle_second_case-refused")
    assert liaison.get_by_label("Both are kept").is_checked()
    robin = make.student(staff.school, "Robin", "Reed")
    workflow.suspect_parent(actor=staff.counselor, case=first, reason="Afraid of home.", at=now)
    counselor = window(staff.counselor)
    look(counselor, "correct_student-frozen", reverse("cases:correct_student", args=[first.pk]))
    workflow.correct_student(
        actor=staff.counselor, case=first, student=robin, reason="The twin.", held_for="both", at=now
    )
    counsel = window(staff.counsel)
    look(counsel, "parents-former", reverse("cases:parents_of_case", args=[first.pk]))
    counsel.get_by_role("link", name="End the freeze for the student named before").click()
    acts.look_at(counsel, "release_parent_hold-former")


@pytest.mark.thorough
def test_a_review_its_questions_and_their_answers(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=database_now() - timedelta(days=40))
    make.asked_in(case, staff.counselor, staff.sro, at=database_now())
    reviews_of, review = (
        reverse(f"cases:{name}", args=[case.pk]) for name in ("reviews_of_case", "review_case")
    )
    administrator, counselor, officer = map(window, (staff.administrator, staff.counselor, staff.sro))
    look(administrator, "home-to-review", reverse("home"))
    look(administrator, "cases_to_review", reverse("cases:cases_to_review"))
    look(administrator, "reviews-none", reviews_of)
    look(administrator, "review_case", review)
    asked = {"ask_carrier": "Is she in school?", "ask_sro": "Is the investigation open?"}
    met = {
        "team": "met",
        "team_on": database_now().date() - timedelta(days=3),
        "team_words": "Stays with her aunt.",
    }
    row = reviewed(case, staff.administrator, at=database_now(), **asked, **met)
    first, second = questions(row, staff.administrator)
    look(counselor, "home-asked", reverse("home"))
    look(officer, "reviews-officer", reviews_of)
    answer = reverse("cases:answer_question", args=[case.pk, first.pk])
    look(counselor, "answer_question", answer)
    counselor.get_by_role("button", name="Answer").click()
    acts.look_at(counselor, "answer_question-wrong")
    answered(case, staff.counselor, first, at=database_now())
    answered(case, staff.sro, second, at=database_now(), answer="cannot_say", words="")
    look(administrator, "home-answered", reverse("home"))
    look(administrator, "reviews-answered", reviews_of)
    look(administrator, "review_case-again", review)
    look(administrator, "reviews-all", f"{reverse('cases:cases_to_review')}?which=all")


@pytest.mark.thorough
def test_what_stands_between_the_school_and_the_parents(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=database_now())
    address = reverse("cases:parents_of_case", args=[case.pk])
    counselor, counsel = window(staff.counselor), window(staff.counsel)
    look(counselor, "parents-nothing", address)
    for name in ("suspect_parent", "record_custody"):
        look(counselor, name, reverse(f"cases:{name}", args=[case.pk]))
    given = {"actor": staff.counselor, "case": case, "at": database_now()}
    hold = workflow.suspect_parent(**given, reason="The stepfather drives her.")
    taken = {"taken_at": given["at"], "agency": "City police", "officer_named": "R. Roe, 117"}
    custody = workflow.record_custody(**given, **taken)
    staff.student.birth_date = date(2001, 1, 1)
    Student.objects.using("owner").filter(pk=staff.student.pk).update(birth_date=staff.student.birth_date)
    look(counselor, "parents-frozen", address)
    look(counselor, "case-frozen", case.get_absolute_url())
    look(counselor, "end_custody", reverse("cases:end_custody", args=[case.pk, custody.pk]))
    part = make.part(case, staff.counselor, "contact_guardian")
    look(counselor, "record-frozen", reverse("cases:record_outcome", args=[case.pk, part.pk]))
    look(counsel, "home-counsel", reverse("home"))
    look(counsel, "release_parent_hold", reverse("cases:release_parent_hold", args=[case.pk, hold.pk]))


def test_what_an_error_says(window: Window, staff: make.Staff, rf: Any) -> None:
    page = window(staff.counselor)
    page.goto(reverse("home"))
    sent = rf.post("/", {store.FIELD: "x", "account": "Typed at length.\nAnd on."})
    pages = {str(status): errors.page(rf.get("/"), status) for status in (400, 403, 404, 500)}
    pages |= {"403-csrf": errors.page(rf.get("/"), 403, "403_csrf.html"), "503": errors.unanswered(sent)}
    for name, answer in pages.items():
        page.set_content(answer.content.decode())
        acts.look_at(page, f"error-{name}")


@pytest.mark.thorough
def test_the_pages_of_who_is_on_a_case_and_who_is_kept_from_it(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Her uncle.", at=AT
    )
    with acting_as(staff.liaison.pk):
        kept_away = CasePerson.objects.get(case=case, excluded=True)
    counselor, liaison = window(staff.counselor), window(staff.liaison)
    look(counselor, "add_person-substitute", reverse("cases:add_person", args=[case.pk]))
    look(counselor, "exclude_person", reverse("cases:exclude_person", args=[case.pk]))
    look(liaison, "readmit_person", reverse("cases:readmit_person", args=[case.pk, kept_away.pk]))
    look(liaison, "case-kept-from", case.get_absolute_url())
    liaison.get_by_role("link", name="let in again").press("Enter")
    liaison.get_by_label("Reason").press_sequentially("A namesake.")
    liaison.keyboard.press("Tab")
    liaison.keyboard.press("Enter")
    liaison.get_by_text("The case is no longer kept from them.").wait_for()


@pytest.mark.thorough
def test_the_pages_of_a_transfer(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    counselor, receiver = window(staff.counselor), window(staff.elsewhere)
    look(counselor, "note_departure", reverse("cases:note_departure", args=[case.pk]))
    look(counselor, "send_summary", reverse("cases:send_summary", args=[case.pk]))
    look(counselor, "offer_transfer", reverse("cases:offer_transfer", args=[case.pk]))
    counselor.get_by_label("Who takes over?").select_option(index=1)
    counselor.get_by_role("button", name="Look at what they will read").press("Enter")
    counselor.get_by_text("This is what they will read").wait_for()
    acts.look_at(counselor, "offer_transfer-preview")
    counselor.get_by_role("button", name="Send it").press("Enter")
    counselor.get_by_text("Sent. It waits for an answer").wait_for()
    acts.look_at(counselor, "transfers_of_case")
    with acting_as(staff.counselor.pk):
        offered = Transfer.objects.get()
    look(counselor, "withdraw_transfer", reverse("cases:withdraw_transfer", args=[case.pk, offered.pk]))
    look(counselor, "home-transfer-sent", reverse("home"))
    look(counselor, "case-transfer-waits", case.get_absolute_url())
    look(receiver, "home-transfer-waits", reverse("home"))
    look(receiver, "refuse_transfer", reverse("cases:refuse_transfer", args=[offered.pk]))
    look(receiver, "transfer", reverse("cases:transfer", args=[offered.pk]))
    receiver.get_by_role("button", name="I take the student over").press("Enter")
    receiver.get_by_text("The case is yours now.").wait_for()
    acts.look_at(receiver, "case-carried-over")
    look(counselor, "case-handed-over", case.get_absolute_url())


def test_the_page_on_which_somebody_has_acknowledged_a_student(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    left = make.left(case, staff.counselor)
    look(
        window(staff.counselor),
        "acknowledge_transfer",
        reverse("cases:acknowledge_transfer", args=[case.pk, left.pk]),
    )


@pytest.mark.thorough
def test_the_pages_of_a_referral_and_of_what_the_roster_says(window: Window, staff: make.Staff) -> None:
    for name, day in (("Harbor Youth Services", date(2020, 1, 1)), ("Bayside Counseling", date(2100, 1, 1))):
        Agency.objects.create(kind="provider", name=name, telephone="619-555-0165", verified_on=day)
    case = make.case(staff)
    counselor = window(staff.counselor)
    offer = make.part(case, staff.counselor, "offer_referral")
    record = reverse("cases:record_outcome", args=[case.pk, offer.pk])
    look(counselor, "record_outcome-referral", record)
    counselor.get_by_label("Harbor Youth Services").check()
    counselor.get_by_role("button", name="Save").press("Enter")
    counselor.wait_for_load_state()
    acts.look_at(counselor, "record_outcome-referral-refused")
    make.accepted(case, staff.counselor)
    follow = reverse("cases:follow_referral", args=[case.pk, offer.pk])
    look(counselor, "follow_referral", follow)
    counselor.get_by_label("Began").check()
    counselor.get_by_label("What you know of it").press_sequentially("Went twice.")
    counselor.keyboard.press("Tab")
    counselor.keyboard.press("Enter")
    counselor.get_by_text("Recorded.").wait_for()
    look(counselor, "follow_referral-again", follow)
    make.left_school(staff.student)
    look(counselor, "case-elsewhere", case.get_absolute_url())
    look(counselor, "note_roster_change", reverse("cases:note_roster_change", args=[case.pk]))
    look(counselor, "home-elsewhere", reverse("home"))


@pytest.mark.thorough
def test_the_pages_of_a_student_suspected_of_recruiting_and_of_those_targeted(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff, "suspected_recruiter")
    make.record(case, staff.counselor, "screen", values={"could_be_victim": "unsure"})
    # A concern about a student with a case waits with somebody else.
    carrier = make.user("Cam Carrier", Role.SOCIAL_WORKER, staff.school)
    make.helper(case, staff.counselor, carrier, Role.SOCIAL_WORKER)
    for _n in range(2):
        unhurried(make.concern(staff))
    look(window(carrier), "case-concern-waits", case.get_absolute_url())
    page = window(carrier)
    look(page, "home-concern-waits", reverse("home"))
    assert (
        page.get_by_text("With Casey Counselor, Alder High. Ask them whether it belongs there.").count() == 2
    )
    counselor = window(staff.counselor)
    concern = make.concern(staff)
    look(counselor, "concern-same-event", concern.get_absolute_url())
    counselor.goto(case.get_absolute_url())
    counselor.get_by_role("link", name="Record a concern for this student").press("Enter")
    acts.look_at(counselor, "open_targeted_case-same-student")
    look(counselor, "links-none", reverse("cases:links", args=[case.pk]))
    counselor.get_by_role("link", name="Record a student targeted").press("Enter")
    counselor.get_by_label("Student", exact=True).fill("Red jacket, ninth grade")
    counselor.get_by_role("button", name="Record", exact=True).click()
    acts.look_at(counselor, "open_targeted_case-incomplete")
    counselor.get_by_label("What was seen or heard of this student?").fill("Was told to bring a friend.")
    counselor.get_by_label("When did you first know or suspect it of this student?").fill("2026-11-20T14:00")
    counselor.get_by_label("Why is a case opened for this student?").fill("Fits the indicators.")
    counselor.get_by_role("button", name="Record", exact=True).click()
    counselor.get_by_text("Recorded.", exact=True).wait_for()
    acts.look_at(counselor, "links")
    counselor.get_by_role("link", name="student not known yet").click()
    # On a phone what is not used each day stands behind one more press.
    more = counselor.get_by_text("More", exact=True)
    if more.is_visible():
        more.click()
    counselor.get_by_role("link", name="Linked cases").click()
    counselor.get_by_text("A student suspected of recruiting, who may have targeted this one").wait_for()


@pytest.mark.thorough
def test_ones_own_duty_to_report(window: Window, staff: make.Staff) -> None:
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    [duty] = make.duties(staff.teacher)
    page = window(staff.teacher)
    look(page, "duty-home", reverse("home"))
    look(page, "duty-concern", concern.get_absolute_url())
    for name in ("report_duty", "record_report", "confirm_joint_report", "correct_learned_at"):
        look(page, f"duty-{name}", reverse(f"cases:{name}", args=[duty.pk]))
    given = {"actor": staff.teacher, "duty": duty, "at": AT}
    workflow.correct_learned_at(**given, learned_at=AT - timedelta(hours=1), reason="Mistyped.")
    workflow.confirm_joint_report(**given, agency="Child Welfare Services", made_at=AT)
    look(page, "duty-ended", reverse("cases:report_duty", args=[duty.pk]))
    carer = window(staff.counselor)
    look(carer, "duty-reports-of-case", reverse("cases:case_reports", args=[case.pk]))
    look(carer, "duty-case", case.get_absolute_url())
    make.own_report(case, staff.counselor)
    look(carer, "duty-close", reverse("cases:close_case", args=[case.pk]))


@pytest.mark.thorough
def test_the_figures_of_a_school_and_of_all(window: Window, staff: make.Staff) -> None:
    """With little in them and with much, everything shown and much hidden."""
    now = database_now()
    look(window(staff.administrator), "figures-nothing", reverse("cases:figures"))
    case = make.case(staff, at=now - timedelta(days=40))
    values = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", at=now - timedelta(days=37), values=values)
    due = make.check_in(case, staff.counselor).due_at
    make.record(case, staff.counselor, "regular_contact", at=due - timedelta(minutes=5))
    make.many_cases(staff, 12, at=now, using="owner")
    make.many_cases(staff, 3, "confirmed_victim", at=now, using="owner")
    look(window(staff.administrator), "figures-administrator", reverse("cases:figures") + "?days=365")
    liaison = window(staff.liaison)
    look(liaison, "figures-liaison", reverse("cases:figures"))
    liaison.get_by_label("School", exact=True).select_option(label=staff.school.name)
    liaison.get_by_role("button", name="Show").press("Enter")
    liaison.get_by_role("heading", name=f"Figures of {staff.school.name}").wait_for()
    acts.look_at(liaison, "figures-liaison-school")
    liaison.emulate_media(media="print")
    acts.photograph(liaison, "figures-print", 1280)
