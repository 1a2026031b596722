"""What is due, or lasts since, is said with its date and with how far away that is, wherever somebody acts by it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from tests import around, make
from tests.catalog import ROOT
from tests.make import DAY
from tests.reviews import reviewed

TEMPLATES = ROOT / "templates"
_TEXT = re.compile(r"{%\s*blocktranslate\b(.*?)%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
#: Due, by, since or until a moment or a day.
_OF_TIME = re.compile(r"\b(?:due|by|since|until)\s+(?:on\s+)?{{ (?:at|by|day|due|until) }}", re.IGNORECASE)
_DATED = re.compile(r"\|date:")
_FAR = re.compile(r"{{ (?:away|ago|n) }}")
#: What nobody acts by: how long one may read a page, an address stands, a person was on a case, a hold lasted; the age
#: of a student; when a form was left; and a name that happens to be called "by".
BY_NO_CLOCK = {
    "cases/_parents_note.html": 1,
    "cases/_restored.html": 1,
    "cases/calendar.html": 1,
    "cases/parents_of_case.html": 1,
    "cases/transfer.html": 2,
    "includes/person.html": 1,
}


def said_without_distance(source: str) -> Iterator[str]:
    """The texts with a date by which something is due, or since when it lasts, that do not say how far that is."""
    for given, text in _TEXT.findall(source):
        if _DATED.search(given) and _OF_TIME.search(text) and not _FAR.search(text):
            yield text


def test_what_is_due_or_lasts_is_said_in_no_template_without_how_far_that_is() -> None:
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        texts = list(said_without_distance(path.read_text(encoding="utf-8")))
        if texts:
            found[str(path.relative_to(TEMPLATES))] = len(texts)
    assert found == BY_NO_CLOCK


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% blocktranslate trimmed with at=x|date:"MOMENT" %}Due {{ at }}{% endblocktranslate %}', 1),
        (
            '{% blocktranslate trimmed with at=x|date:"MOMENT" away=x|away:now %}Due {{ at }} ({{ away }})'
            "{% endblocktranslate %}",
            0,
        ),
        ('{% blocktranslate trimmed with at=x|date:"MOMENT" %}recorded {{ at }}{% endblocktranslate %}', 0),
    ],
)
def test_the_walk_finds_what_is_said_without(source: str, found: int) -> None:
    assert len(list(said_without_distance(source))) == found


def words_of(person: User, path: str) -> str:
    """What a page says, in one line, without its markup."""
    client = Client()
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200, path
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


#: Sun, Nov 29, 2:50 a.m. (in 35 hours)
MOMENT = r"\w{3}, \w{3} \d+, (?:\d{4}, )?(?:[\d:]+ [ap]\.m\.|noon|midnight)"
#: (in 7 days)
FAR = r"\((?:today|tomorrow|in \d+ days?)\)"


@pytest.mark.django_db
def test_ones_own_clock_is_said_with_how_far_it_is_on_each_page_of_the_report() -> None:
    staff, now = make.Staff(), database_now()
    concern = make.concern(staff, at=now)
    own, later = (reverse("cases:report_duty", args=[make.duties(staff.teacher)[0].pk]), now - 2 * DAY)
    for path in (own, reverse("cases:concern", args=[concern.pk])):
        assert re.search(rf"Written report due {MOMENT} \(in 35 hours\)", words_of(staff.teacher, path)), path
    case = make.case(staff, at=now)
    report = reverse("cases:record_outcome", args=[case.pk, make.part(case, staff.counselor, "report").pk])
    assert re.search(rf"Written report due {MOMENT} \(in 35 hours\)", words_of(staff.counselor, report))
    old = make.another_case(staff, at=later)
    report = reverse("cases:record_outcome", args=[old.pk, make.part(old, staff.counselor, "report").pk])
    assert re.search(
        rf"Written report was due {MOMENT} \(1[12] hours ago\)", words_of(staff.counselor, report)
    )


def alert(staff: make.Staff, case: Case) -> str:
    make.missing(staff.teacher, staff.student, at=database_now() - 3 * DAY)
    return case.get_absolute_url()


def contact(staff: make.Staff, case: Case) -> str:
    part = make.part(case, staff.counselor, "regular_contact")
    return reverse("cases:record_checkin", args=[case.pk, part.pk])


def device(staff: make.Staff, case: Case) -> str:
    at = database_now() - 3 * DAY
    workflow.record_device(actor=staff.counselor, case=case, at=at, **around.device(at))
    return reverse("cases:safety", args=[case.pk])


def frozen(staff: make.Staff, case: Case) -> str:
    at = database_now() - 3 * DAY
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="He drives her.", at=at)
    return reverse("cases:parents_of_case", args=[case.pk])


def report_made(staff: make.Staff, case: Case) -> str:
    make.own_report(case, staff.counselor, at=database_now() - 3 * DAY)
    return reverse("cases:case_reports", args=[case.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("begin", [alert, device, frozen, report_made])
def test_what_lasts_or_was_done_on_a_page_of_a_case_is_said_with_how_long_ago(begin) -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now() - 3 * DAY)
    assert re.search(rf"{MOMENT} \( ?3 days ago ?\)", words_of(staff.counselor, begin(staff, case)))


@pytest.mark.django_db
def test_a_check_in_says_how_far_its_day_is() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    assert re.search(rf"Due {MOMENT} \(in \d+ \w+\)", words_of(staff.counselor, contact(staff, case)))


@pytest.mark.django_db
def test_the_pages_of_a_review_say_how_long_ago_the_last_one_was_in_the_words_of_the_lists() -> None:
    staff = make.Staff()
    # By the school's clock, which may have been set back since.
    now = database_now().astimezone(staff.school.zone)
    case = make.case(staff, at=now - timedelta(days=50))
    paths = [reverse(f"cases:{name}", args=[case.pk]) for name in ("review_case", "reviews_of_case")]
    for path in paths:
        assert re.search(r"pened on \w{3}, \w{3} \d+ \(50 days ago\)", words_of(staff.administrator, path)), (
            path
        )
    reviewed(case, staff.administrator, at=now - timedelta(days=40))
    for path in paths:
        assert re.search(r" on \w{3}, \w{3} \d+ \(40 days ago\)\.", words_of(staff.administrator, path)), path


@pytest.mark.django_db
def test_a_request_for_records_says_on_its_own_pages_how_far_the_answer_is_until_it_is_given() -> None:
    staff, now = make.Staff(), database_now()
    row = make.records_request(staff, at=now)
    due = rf"Answer due \w{{3}}, \w{{3}} \d+, \d{{4}} {FAR}"
    for name in ("records_request", "match_records_request", "answer_records_request"):
        assert re.search(due, words_of(staff.counsel, reverse(f"cases:{name}", args=[row.pk]))), name
    workflow.answer_records_request(
        actor=staff.counsel, request=row, outcome="refused", reason="No right to it.", at=now
    )
    assert not re.search(due, words_of(staff.counsel, reverse("cases:records_request", args=[row.pk])))


@pytest.mark.django_db
def test_a_break_without_a_plan_says_how_far_away_it_begins() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, at=now)
    begun = now.astimezone(staff.school.zone).date() - 2 * DAY
    Closure.objects.create(name="Break", first_day=begun - 7 * DAY, last_day=begun + 9 * DAY)
    Closure.objects.create(name="Break", first_day=begun + 60 * DAY, last_day=begun + 70 * DAY)
    shown = words_of(staff.counselor, reverse("cases:breaks_of_case", args=[case.pk]))
    assert re.search(r"No plan yet began \d+ days ago", shown)
    assert re.search(r"No plan yet begins in \d+ days", shown)


@pytest.mark.django_db
def test_a_list_of_reviews_says_dates_and_how_long_ago() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, at=now - timedelta(days=50))
    reviewed(case, staff.administrator, at=now - timedelta(days=40))
    listed = words_of(staff.administrator, reverse("cases:cases_to_review"))
    day = r"\w{3} \d+, \d{4}"
    assert re.search(rf"{day} \(40 days ago\) , Ada Administrator", listed)
    assert re.search(rf"{day} \(50 days ago\)", listed)
