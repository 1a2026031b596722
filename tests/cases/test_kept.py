"""What the software writes into a record by itself is kept in English, and said in the language of whoever reads it."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cases import kept, workflow
from cases.kinds import report
from cases.models import Case, Release
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.parents import taken_along
from tests.cases.test_new_facts import FOUND, LATER, entered, insufficient, website
from tests.make import AT

pytestmark = pytest.mark.django_db

IN_ENGLISH, IN_SPANISH = "New facts came in.", "Llegaron hechos nuevos."


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def page(case: Case, person: User, language: str) -> str:
    client = Client(headers={"Accept-Language": language})
    client.force_login(person)
    return unescape(client.get(case.get_absolute_url()).content.decode())


def test_a_step_that_opens_again_while_somebody_reads_spanish_says_why_in_english_to_a_colleague(
    staff: make.Staff,
) -> None:
    case = insufficient(staff)
    with translation.override("es"):
        make.record(case, staff.administrator, "impact", values=FOUND, at=LATER)
    with acting_as(staff.sro.pk):
        last = website(case, staff).entries.latest("number")
    assert make.evidence(last, staff.sro) == {"reason": IN_ENGLISH}
    assert IN_ENGLISH in page(case, staff.sro, "en")
    spanish = page(case, staff.sro, "es")
    assert IN_SPANISH in spanish
    assert IN_ENGLISH not in spanish


def test_what_somebody_typed_stays_as_it_was_typed(staff: make.Staff) -> None:
    case = make.case(staff)
    make.record(
        case, staff.administrator, "impact", "unable", reason="Nobody is there.", review_on=LATER.date()
    )
    assert "Nobody is there." in page(case, staff.administrator, "es")


def test_a_report_that_was_telephoned_ends_as_such_in_whichever_language_it_was_recorded(
    staff: make.Staff,
) -> None:
    """Why it is still open is no reason of its own, and not shown as one."""
    case = make.case(staff)
    called = {"phoned_at": AT, "agency": "Child Welfare Services"}
    reason = kept.as_kept(report.CALLED_LABEL)
    with translation.override("es"):
        assert kept.as_kept(report.CALLED_LABEL) == reason
    make.record(case, staff.counselor, "report", "unable", values=called, reason=reason, review_on=AT.date())
    for language in ("en", "es"):
        with translation.override(language):
            words = str(report.CALLED_LABEL)
        assert f"<dd>{reason}</dd>" not in page(case, staff.counselor, language)
        assert f"<dd>{words}</dd>" not in page(case, staff.counselor, language)


def test_what_left_the_school_is_listed_in_english_whoever_entered_it(staff: make.Staff) -> None:
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    with translation.override("es"):
        entered(
            case,
            staff,
            information_used="school_minimum",
            release_basis="own_observation",
            facts_given=["places", "vehicle"],
        )
        make.paper(case, staff.counselor, "child_welfare", sections=["contact"])
    with acting_as(staff.counselor.pk):
        rows = Release.objects.filter(case=case)
        by_entry = rows.get(recipient_kind="law_enforcement").words(case.key)
        on_paper = rows.exclude(recipient_kind="law_enforcement").get().words(case.key)
    assert by_entry["what"] == "Places and times, A vehicle"
    assert by_entry["interest"].startswith(
        "For law enforcement, to find and protect the student: What staff saw"
    )
    assert on_paper["what"].startswith("Summary on paper, ")
    assert "The check-ins: how often" in on_paper["what"]


def test_from_which_school_a_case_was_carried_over_is_told_in_the_language_of_the_page(
    staff: make.Staff,
) -> None:
    case = make.case(staff)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Bruises.", at=AT)
    taken_along(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    with translation.override("es"):
        new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    school = staff.school.name
    with acting_as(staff.elsewhere.pk):
        kept_words = new.decisions.get().words(new.key)["reason"]
    assert kept_words == f"Carried over from {school}."
    of_parents = reverse("cases:parents_of_case", args=[new.pk])
    for path, times in ((new.get_absolute_url(), 2), (of_parents, 2)):
        client = Client(headers={"Accept-Language": "es"})
        client.force_login(staff.elsewhere)
        shown = unescape(client.get(path).content.decode())
        assert "Carried over" not in shown
        assert shown.count(f"Proviene de {school}.") >= times


def test_words_that_only_begin_like_ours_stay_as_they_were_typed() -> None:
    with translation.override("es"):
        for typed in (
            "Carried over from",
            "She was carried over from Oak High.",
            "Carried over from Oak\nHigh.",
        ):
            assert kept.again(typed) == typed
