"""A day of each role, by keyboard alone: what needs them now, what is late, what is next, and their worst moment."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cases import workflow
from cases.models import Case, Concern
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Closure, School
from csec.identity import acting_as
from tests import make
from tests.accounts.at_the_door import PASSWORD
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.hands import Hands, typed
from tests.cases.test_queries import never_arrived, told_of_many_opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

FORTNIGHT = timedelta(days=14)
#: So many things there are to do, at the most, for a concern and for a contact.
CONCERN, CONTACT = 12, 6


def headings(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("main h2").all_inner_texts()]


def in_order(found: list[str], *wanted: str) -> None:
    """These stand there, in this order; others may stand between them."""
    assert [one for one in found if one in wanted] == list(wanted)


def a_break_is_near(now: datetime) -> date:
    """From next Monday there is no school for a week; returns the first day of the break."""
    monday = now.date() + timedelta(days=7 - now.weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=4))
    return monday - timedelta(days=2)


def carried(staff: make.Staff, at: datetime) -> Case:
    """A case whose reports are made, and whose regular contact goes on."""
    case = make.case(staff, at=at)
    make.reported(case, staff.counselor, at=at)
    return case


def first_screen(hands: Hands) -> str:
    hands.begin()
    return hands.page.locator("main").inner_text()


def part(page: Page, label: str) -> Locator:
    return page.locator("main li.part").filter(has=page.locator(f".part-label:text-is('{label}')")).first


def sign_in(hands: Hands, email: str) -> None:
    hands.write("Email", email)
    hands.write("Password", PASSWORD)
    hands.press("Sign in", exact=True)


def test_a_counselors_day(window: Window, staff: make.Staff) -> None:
    """A student says something at ten to three on a Friday; a check-in is late; a break is near."""
    now = database_now()
    make.number_of()
    first_day = a_break_is_near(now)
    carried(staff, now - FORTNIGHT)
    make.concern(staff, student=make.student(staff.school, "Robin", "Reed"), at=now)
    hands = Hands(window(staff.counselor))

    # What needs her now, what is late, what comes next; and one button for a concern.
    hands.begin()
    in_order(headings(hands.page), "Now", "Late", "Next")
    hands.stands_before("New concern: Robin Reed", "Regular contact")
    expect(hands.page.get_by_role("link", name="Record a concern")).to_have_count(1)

    # The call stands before the form: whom to telephone, what to say and what they ask, and then the button.
    hands.follow("Record a concern")
    hands.stands_before("call now, before any form", "telephone Child Welfare Services at once")
    hands.stands_before("555-0122", "Say: “I work at a school.")
    hands.stands_before("What they ask", "Record the concern")
    main = hands.page.get_by_role("main")
    expect(main.get_by_role("link", name="911")).to_be_visible()
    expect(main.get_by_role("link", name="555-0122")).to_have_attribute("href", "tel:5550122")
    hands.open("What they ask")
    expect(main.get_by_text("Where the student is just now")).to_be_visible()
    hands.follow("Record the concern")
    expect(main.get_by_role("link", name="555-0122")).to_be_visible()
    hands.write("What did you see or hear?", "“He waits for me.” Crying; a new telephone.")
    hands.reads("Saved as a draft")

    # She is called away: what she wrote is there when she comes back, also from elsewhere.
    hands.open(staff.counselor.name)
    hands.press("Sign out")
    sign_in(hands, staff.counselor.email)
    hands.follow("Record a concern")
    hands.follow("Record the concern")
    expect(hands.page.get_by_label("What did you see or hear?")).to_have_value(
        "“He waits for me.” Crying; a new telephone."
    )
    hands.write("Student", "Avery", exact=True)
    hands.press("Find")
    hands.choose_one("Avery Brook", exact=False)
    known = now - timedelta(minutes=10)
    hands.write("When did you first know or suspect?", typed(known, staff.school.zone))
    hands.press("Send the concern")

    # "Call now" stands where she looks first, and the 36 hours of the written report after it, weekend or not.
    due = (known + timedelta(hours=36)).astimezone(staff.school.zone)
    hands.stands_before("Call now: not yet called", f"Written report due {due:%a}, {due:%b} {due.day}")
    expect(hands.page.get_by_role("link", name="555-0122").first).to_have_attribute("href", "tel:5550122")
    hands.follow("Record it, or a joint report that you made sure of")
    hands.follow("I reported", exact=True)
    hands.choose_one("Telephoned; the written report follows")
    hands.write("Child Welfare Services telephoned on", typed(now, staff.school.zone))
    hands.write("Agency", "Child Welfare Services", exact=True)
    hands.press("Save")
    hands.begin()
    hands.reads("your duty to report")
    assert "Call now: not yet called: your duty" not in hands.page.locator("main").inner_text()

    # The break: who keeps contact, and when does the school do so again.
    hands.follow("A break is near: who keeps contact?")
    hands.leave(hands.page.locator(f"main a[href$='/{first_day.isoformat()}/plan/']"))
    hands.choose_one("The service provider goes on")
    hands.write("Otherwise: who it is there", "Harbor Youth Services, 555-0150")
    hands.write(hands.page.locator("[name=how]"), "By the telephone that she called safe.")
    hands.press("Set the plan for the break")
    hands.reads("The plan for the break is set.")
    assert "A break is near" not in first_screen(hands)


def test_an_officers_day(window: Window, staff: make.Staff) -> None:
    """In a corridor: a request, the report back, what is entered into the website and on what basis; then days off."""
    now = database_now()
    make.number_of()
    make.number_of("law_enforcement", "555-0133")
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    hands = Hands(window(staff.sro))

    hands.begin()
    in_order(headings(hands.page), "Now", "Numbers to call", "To look up")
    numbers = hands.page.get_by_role("region", name="Numbers to call").get_by_role("link")
    assert numbers.all_inner_texts() == ["911", "555-0100", "555-0133", "555-0122"]
    hands.press(f"Accept {case.number}")
    hands.reads("Accepted. Report back")
    assert "You are asked in" not in first_screen(hands)

    hands.follow(re.compile("reports? back", re.IGNORECASE))
    hands.follow("Report back", exact=True)
    hands.choose_one("Investigating")
    hands.press("Report back")
    hands.reads("Reported back.")

    # The website: only on a basis, and never what was entered.
    hands.begin()
    hands.follow("Enter into the law enforcement website")
    hands.leave(
        part(hands.page, "Enter into the law enforcement website").locator("a", has_text="Record").first
    )
    hands.choose("How did it end?", "Done")
    hands.write("Entered on", f"{now.astimezone(staff.school.zone):%m%d%Y}")
    hands.choose("Information used", "The minimum of facts from the school, with a legal basis")
    hands.press("Save")
    expect(hands.page.get_by_role("alert")).to_be_focused()
    hands.choose("Information used", "Only the officer’s own information".replace("’", "'"))
    hands.press("Save")
    hands.reads("Recorded.")
    # What the counselor was told in counseling is no matter of his.
    assert "Consult the student" not in hands.page.locator("main").inner_text()

    hands.open(staff.sro.name)
    hands.follow("Days away")
    tomorrow = now.astimezone(staff.school.zone) + timedelta(days=1)
    hands.write("First day away", f"{tomorrow:%m%d%Y}")
    hands.write("Last day away", f"{tomorrow:%m%d%Y}")
    hands.press("Enter", exact=True)
    # Who covers is never taken for granted.
    hands.reads("Choose who covers")
    hands.choose("Who covers", "Nobody: requests go to dispatch at once, by whoever answers for the case")
    hands.press("Enter", exact=True)
    hands.reads(f"{tomorrow:%a}, {tomorrow:%b} {tomorrow.day}")


def test_an_administrators_day(window: Window, staff: make.Staff) -> None:
    """What is late and who holds it, a step that is theirs, a review; and a parent who demands the file."""
    now = database_now()
    case = carried(staff, now - FORTNIGHT)
    told = {"limits_explained": True, "student_view": "Afraid of her uncle."}
    make.record(case, staff.counselor, "consult", values=told, at=now - make.DAY)
    robin = make.student(staff.school, "Robin", "Reed")
    other = make.case(staff, "confirmed_victim", about=make.concern(staff, student=robin, at=now), at=now)
    make.concern(staff, student=make.student(staff.school, "Sasha", "Stone"), at=now - FORTNIGHT)
    make.records_request(staff, at=now)
    hands = Hands(window(staff.administrator))

    hands.begin()
    holds = {
        "Now": "Sasha Stone",
        "Late": "S3 Look into the impact on campus",
        "Late with others": f"waits for {staff.counselor.name}",
        "Decisions that wait for you": "Look into the school placement",
        "To settle": "Check-ins without a person or a cover",
        "Requests for records, with legal counsel": "Avery Brook",
        "Next": other.number,
    }
    in_order(headings(hands.page), *holds)
    for heading, words in holds.items():
        expect(hands.page.get_by_role("region", name=heading, exact=True)).to_contain_text(words)
    hands.reads("Look into the impact on campus")

    # The list: what is late first, and narrowed by an address without a name.
    hands.follow("Open cases, what is late first")
    expect(hands.page.locator("tbody tr").first).to_contain_text(case.number)
    hands.open("Filter and sort")
    hands.tick("Late only")
    hands.press("Show")
    expect(hands.page.locator("tbody tr")).to_have_count(1)
    assert set(parse_qs(urlsplit(hands.page.url).query)) == {"state", "late", "sort"}
    assert other.number not in hands.page.locator("tbody").inner_text()

    # One press to the step, which ends where it stands; nothing on the way of what was said in counseling.
    assert "uncle" not in hands.page.content()
    step = hands.page.locator("tbody a[href*='#part-']")
    expect(step).to_have_count(1)
    hands.leave(step)
    expect(hands.page.locator(f"[id='{urlsplit(hands.page.url).fragment}']")).to_be_in_viewport()
    expect(part(hands.page, "Consult the student")).to_contain_text("Done")
    assert "uncle" not in hands.page.content()
    impact = part(hands.page, "Look into the impact on campus")
    hands.open("Done: record it here", within=impact)
    hands.tick("Recruitment", within=impact)
    hands.answer(impact.get_by_role("group", name="Was an impact found?").get_by_label("No", exact=True))
    hands.leave(impact.get_by_role("button", name="Save as done"))
    expect(part(hands.page, "Look into the impact on campus").get_by_role("heading")).to_be_focused()
    hands.reads("Recorded.")

    # A parent at the office: the card says what to say, and what they ask goes to counsel.
    hands.open(staff.administrator.name)
    hands.follow("Requests for records")
    hands.follow("Log a request")
    hands.reads("Neither confirm nor deny anything")
    hands.write("Student", "Brook", exact=True)
    hands.press("Find")
    hands.choose_one("Avery Brook", exact=False)
    hands.pick("Who asks?", "parent")
    hands.write("Their name, and how to reach them", "Robin Brook, 555-0161")
    hands.write("What do they ask for?", "Everything in the file.")
    hands.pick("How it came", "person")
    hands.press("Log the request")
    hands.reads("Logged: legal counsel answers.")


def test_a_liaisons_day(window: Window, staff: make.Staff) -> None:
    """Over all schools: what is late, the cover, what waits to be taken over; figures that give nobody away."""
    now = database_now()
    case = carried(staff, now - FORTNIGHT)
    make.offered(case, staff.counselor, staff.elsewhere, at=now - 9 * make.DAY)
    told_of_many_opened(staff.liaison, staff.counselor, at=now)
    never_arrived(case, staff.counselor, now)
    hands = Hands(window(staff.liaison))

    # An alarm, and a transfer that nobody answered in time.
    hands.begin()
    in_order(headings(hands.page), "Look into it", "Now", "To look up")
    alarm = hands.page.get_by_role("region", name="Look into it", exact=True)
    expect(alarm).to_contain_text(f"{staff.counselor.name} opened very many cases within ten minutes")
    transfer = hands.page.get_by_role("region", name="Now", exact=True).locator("li")
    offered = f"the transfer waits for {staff.elsewhere.name}, {staff.other_school.name}"
    transfer = transfer.filter(has_text=f"Case {case.number}: {offered}")
    expect(transfer.locator(".state-late")).to_be_visible()

    # What reached nobody is one press away.
    hands.follow("1 message of the last 7 days reached nobody")
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Reminder history")
    expect(hands.page.locator("tbody tr")).to_have_count(1)
    expect(hands.page.locator("tbody tr")).to_contain_text(staff.counselor.name)

    hands.begin()
    hands.follow("Open cases of all schools")
    hands.follow("Transfers that wait")
    row = hands.page.locator("tbody tr")
    expect(row).to_contain_text(case.number)
    expect(row).to_contain_text(offered.replace("the", "The", 1))
    hands.follow("Late only")
    row = hands.page.locator("tbody tr").filter(has_text=case.number)
    expect(row).to_contain_text(staff.counselor.name)
    expect(row).to_contain_text("late")
    hands.pick("Order", "Newest first")
    hands.press("Show")
    expect(row).to_have_count(1)

    # The case stays with its school until somebody there has taken it.
    there = Hands(window(staff.elsewhere))
    there.begin()
    there.follow("A transfer waits for you")
    there.press("I take the student over")
    there.reads("The case is yours now.")
    hands.page.reload()
    row = hands.page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(staff.other_school.name)
    expect(row).to_contain_text(staff.elsewhere.name)

    hands.begin()
    if hands.page.viewport_size and hands.page.viewport_size["width"] < 600:
        hands.open("Menu")
    hands.follow("Figures")
    hands.reads("Hidden")
    # Each picture has its table: beside it on a desk, folded away on a phone.
    if hands.page.locator("summary", has_text="The numbers as a table").first.is_visible():
        hands.open("The numbers as a table")
    expect(hands.page.locator("section.drawn table").first).to_be_visible()

    hands.begin()
    hands.follow("Reminder history")
    hands.reads("Only messages that reached nobody")


def test_counsels_day(window: Window, staff: make.Staff) -> None:
    """A request with its clock: the record opened for it, read, and answered."""
    now = database_now()
    case = make.case(staff, at=now)
    found = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", at=now, values=found)
    make.records_request(staff, at=now)
    hands = Hands(window(staff.counsel))

    hands.begin()
    in_order(headings(hands.page), "Now", "To look up")
    hands.follow("Avery Brook")
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Request for records")
    hands.reads("Answer due")
    hands.follow("Open one for this request")
    hands.press("Open it")
    hands.reads("What the record holds")
    hands.reads("Left out, in every case")
    hands.follow("The request, answer due")
    hands.follow("Answer", exact=True)
    hands.choose("Answer", "Released, and a part withheld")
    hands.write("If released: what", "Attendance since September.")
    hands.tick(case.number)
    hands.write("If a part was withheld", "It names other students.")
    hands.press("Record the answer")
    hands.reads("What was opened to you for it alone is closed to you again.")
    assert "Avery Brook" not in first_screen(hands)


def test_a_teachers_day(window: Window, staff: make.Staff) -> None:
    """One short form; afterwards "received", and the own duty that telling the counselor does not end."""
    make.number_of()
    hands = Hands(window(staff.teacher))

    hands.begin()
    hands.reads("Nothing waits for you.")
    hands.done = 0
    hands.follow("Record a concern")
    hands.follow("Record the concern")
    hands.write("Student", "Red jacket, ninth grade", exact=True)
    hands.write("What did you see or hear?", acts.ACCOUNT)
    hands.write("When did you first know or suspect?", typed(database_now() - make.DAY, staff.school.zone))
    hands.press("Send the concern")
    assert hands.done <= CONCERN
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Received")
    hands.reads("Telling your school is not the report.")

    # It stays on the first screen until it is said, also when the counselor has made a case of it.
    hands.begin()
    hands.reads("your duty to report")
    with acting_as(staff.counselor.pk):
        concern = Concern.objects.get()
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=database_now())
    make.case(staff, about=concern, at=database_now())
    hands.begin()
    hands.stands_before("Call now: not yet called", "Recorded by you")
    assert hands.page.get_by_role("link", name="Cases").count() == 0
    hands.follow("your duty to report")
    hands.follow("A joint report was made")
    hands.write("Agency that took the report", "Child Welfare Services")
    hands.write("When was it made?", typed(database_now(), staff.school.zone))
    hands.press("Confirm the joint report")
    hands.reads("A joint report was made, recorded")
    assert "your duty to report" not in first_screen(hands)


def test_a_social_workers_day(window: Window, staff: make.Staff) -> None:
    """Four schools in one list; what falls on a day on which they are not there is the backup's."""
    now = database_now()
    schools = [staff.school, *map(make.school, ("Cedar High", "Dogwood Middle", "Elm High"))]
    worker = make.user("Wren Worker", Role.SOCIAL_WORKER, schools[0])
    backup = make.user("Bo Backup", Role.SOCIAL_WORKER, schools[3], receives=2)
    for school in schools[1:]:
        Membership.objects.using("owner").create(
            person=worker, school=school, role=Role.SOCIAL_WORKER, receives=1, since=make.SINCE
        )
    # A day apart, so that what is due first is due in the first.
    opened = (now - FORTNIGHT + days * make.DAY for days in range(3))
    cases = [opened_at(school, staff, worker, at) for school, at in zip(schools[1:], opened, strict=True)]
    make.helper(cases[-1], worker, backup, Role.SOCIAL_WORKER, at=now)
    make.scheduled(cases[-1], worker, person=worker, cover=backup, first_on=now.date() + 7 * make.DAY, at=now)

    hands = Hands(window(worker))
    text = first_screen(hands)
    assert all(case.number in text for case in cases)
    second = Hands(window(backup))
    second.begin()
    expect(second.page.locator("section[aria-labelledby=late_with_others]")).to_contain_text(
        "Regular contact"
    )
    # A contact from the first screen: six things to do.
    hands.begin()
    hands.done = 0
    hands.follow("Regular contact")
    hands.follow("Record a check-in")
    hands.choose("Did you see the student?", "Yes")
    hands.choose("Is the student safe for now?", "Yes")
    hands.press("Save")
    hands.reads("Recorded.")
    assert hands.done <= CONTACT
    hands.begin()
    hands.follow("Open cases, what is late first")
    expect(hands.page.locator("tbody tr")).to_have_count(len(cases))

    hands.open(worker.name)
    hands.follow("Days away")
    today = now.astimezone(staff.school.zone)
    hands.write("First day away", f"{today:%m%d%Y}")
    hands.write("Last day away", f"{today:%m%d%Y}")
    hands.press("Enter", exact=True)
    second.begin()
    expect(second.page.locator("section[aria-labelledby=late]")).to_contain_text("Regular contact")


def opened_at(school: School, staff: make.Staff, by: User, at: datetime) -> Case:
    """A case at that school, whose reports are made."""
    concern = make.concern(
        staff, author=by, school=school, student=make.student(school, "Kim", "Kerr"), at=at
    )
    case = workflow.open_case(actor=by, concern=concern, track="suspected_victim", reason="It fits.", at=at)
    seen = make.as_seen(case, by)
    make.reported(seen, by, at=at)
    return seen


def test_what_is_late_is_one_press_away(window: Window, staff: make.Staff) -> None:
    """From the first screen of everybody who has something late."""
    case = make.case(staff, at=database_now() - FORTNIGHT)
    make.asked_in(case, staff.counselor, staff.sro, at=database_now() - FORTNIGHT)
    make.with_liaison(case, staff)
    for person in (staff.counselor, staff.administrator, staff.sro, staff.liaison):
        leads_to_what_is_late(Hands(window(person)), r"^\d+ late$", says=case.number, leads=str(case.pk))


def test_a_request_that_counsel_has_not_answered_in_time_is_one_press_away(
    window: Window, staff: make.Staff
) -> None:
    request = make.records_request(staff, at=database_now() - FORTNIGHT)
    hands = Hands(window(staff.counsel))
    leads_to_what_is_late(hands, r"^\d+ now$", says=staff.student.full_name, leads=str(request.pk))


def leads_to_what_is_late(hands: Hands, link: str, *, says: str, leads: str) -> None:
    """One press from the first screen, and what is late stands in the window, marked; Tab goes on to it."""
    hands.begin()
    hands.follow(re.compile(link))
    assert hands.done == 1
    fragment = urlsplit(hands.page.url).fragment
    expect(hands.page.locator(f"[id='{fragment}']")).to_be_in_viewport()
    section = hands.page.locator(f"section[aria-labelledby='{fragment}']")
    late = section.locator("li").filter(has_text=says, has=hands.page.locator(".state-late"))
    expect(late.first).to_be_in_viewport()
    hands.page.keyboard.press("Tab")
    assert leads in hands.page.evaluate("document.activeElement.href")


def test_what_is_late_in_all_schools_is_one_press_away(window: Window, staff: make.Staff) -> None:
    """For the liaison, whose own lists hold only what is asked of the district."""
    case = carried(staff, database_now() - FORTNIGHT)
    make.another_case(staff, at=database_now())
    hands = Hands(window(staff.liaison))
    hands.begin()
    hands.follow("1 late in all schools")
    assert hands.done == 1
    row = hands.page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(case.number)
    expect(row).to_contain_text("late")
