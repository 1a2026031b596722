"""The pages by which the district is kept: a number is changed by keyboard, and each page is looked at."""

from datetime import timedelta

import pytest
from django.urls import reverse

from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Closure
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.thorough
def test_the_pages_of_the_district(window: Window, staff: make.Staff) -> None:
    today = database_now().date()
    agency = Agency.objects.create(
        kind="child_welfare",
        name="County Child Welfare",
        telephone="555-0101",
        note="Day and night",
        verified_on=today - timedelta(days=400),
    )
    week = {"first_day": today - timedelta(days=2), "last_day": today + timedelta(days=9)}
    row = Closure.objects.create(name="Break", school=staff.school, **week)
    page = window(staff.liaison)
    page.goto(reverse("home"))
    page.locator("details.account summary").click()
    page.get_by_role("link", name="District", exact=True).click()
    page.wait_for_url(f"**{reverse('district:district')}")
    acts.look_at(page, "district")
    for name, about in (
        ("closures", ()),
        ("change_district", ()),
        ("add_school", ()),
        ("change_school", (staff.school.pk,)),
        ("add_closure", ()),
        ("remove_closure", (row.pk,)),
        ("add_agency", ()),
        ("remove_agency", (agency.pk,)),
    ):
        look(page, name, reverse(f"district:{name}", args=about))
    look(page, "change_agency", reverse("district:change_agency", args=[agency.pk]))
    Agency.objects.filter(pk=agency.pk).update(note="At noon nobody is there")
    acts.tab_to(page, "I made sure today", role="checkbox")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("At noon nobody is there").wait_for()
    acts.look_at(page, "change_agency-conflict")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved. The emergency card shows it at once.").wait_for()
    look(window(staff.administrator), "district-administrator", reverse("district:district"))
