"""Paper: the summary looked at and made in the browser; the protocol and each card printed on one sheet of Letter."""

from pathlib import Path
from unicodedata import normalize

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from csec.delivery.ticks import database_now
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.papers import Read, read

pytestmark = pytest.mark.django_db(transaction=True)

#: Each card by its address, with the first words of each sheet that comes out.
CARDS = {
    "directory:emergency_card": ["Emergency card"],
    "directory:cards": [
        "A telephone with images",
        "Somebody asks at the office",
        "An agency wants to speak with a student",
    ],
    "protocols:protocol": ["Updated: 8/27/11"],
}


def printed(page: Page) -> Read:
    """What comes out of a printer that needs a margin, on the sheet for which the page asks."""
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    return read(page.pdf(format="Letter", margin=margin, prefer_css_page_size=True))


def ten_numbers() -> None:
    """As many as a county has, each with what one says there."""
    for number in range(10):
        kind = ("child_welfare", "law_enforcement", "hotline", "provider")[number % 4]
        agency = make.number_of(kind, f"555-010{number}")
        agency.note = "Day and night; ask for the duty worker and say that it is about a student."
        agency.save(update_fields=["note"])


@pytest.mark.thorough
def test_the_protocol_and_each_card_come_out_on_one_sheet(window: Window, staff: make.Staff) -> None:
    ten_numbers()
    page = window(staff.counselor)
    for name, sheets in CARDS.items():
        page.goto(reverse(name))
        found = printed(page)
        assert len(found.pages) == len(sheets), name
        # The three columns of the protocol lie across.
        assert found.across == [name == "protocols:protocol"] * len(sheets), name
        for words, sheet in zip(sheets, found.pages, strict=True):
            # A browser prints ligatures.
            assert words in " ".join(normalize("NFKC", sheet).split()), name
    # As long as what was written is short; what is long goes on.
    concern = make.concern(staff, author=staff.counselor)
    page.goto(reverse("cases:concern_sheet", args=[concern.pk]))
    assert len(printed(page).pages) == 1


@pytest.mark.thorough
def test_a_summary_is_looked_at_made_and_found_again(
    window: Window, staff: make.Staff, tmp_path: Path
) -> None:
    case = make.case(staff, at=database_now())
    page = window(staff.counselor)
    path = reverse("cases:make_paper", args=[case.pk])
    look(page, "make_paper-for", path)
    look(page, "make_paper-outside", f"{path}?for=child_welfare")
    page.get_by_label("Name of the recipient").fill("Worker Ortiz, Child Welfare Services")
    page.get_by_label("Legal basis").select_option("report")
    page.get_by_label("What they need it for").fill("To see that she is safe.")
    page.get_by_label("What the student needs at school").fill("A quiet room.")
    page.get_by_role("button", name="Look at what they will read").press("Enter")
    page.get_by_text("This is what they will read").wait_for()
    page.get_by_role("heading", name="What the student needs at school").wait_for()
    acts.look_at(page, "make_paper-outside-read")
    page.goto(path)
    page.get_by_role("link", name="The people of this case").press("Enter")
    acts.look_at(page, "make_paper-team")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the PDF").press("Enter")
    file = tmp_path / "paper.pdf"
    download.value.save_as(file)
    assert download.value.suggested_filename.startswith("summary-")
    assert "Avery Brook" in read(file.read_bytes()).text
    look(page, "make_paper-made", path)
