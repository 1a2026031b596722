"""The pages by which the district is kept: a number is changed by keyboard, and each page is looked at."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Closure
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look

pytestmark = pytest.mark.django_db(transaction=True)


BORN = date(2011, 3, 4)


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
    once, twice = (
        make.student(staff.school, "Robin", name, local_id=number, birth_date=BORN)
        for name, number in (("Reed", "1007"), ("Read", "1070"))
    )
    rows = [make.student(staff.school, name, "Vane") for name in ("Vic", "Victor")]
    merge = make.merged(staff.liaison, *rows)
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
        ("duplicates", ()),
        ("add_student", ()),
        ("compare_students", ()),
        ("merge_students", (once.pk, twice.pk)),
        ("unmerge_students", (merge.pk,)),
    ):
        look(page, name, reverse(f"district:{name}", args=about))
    look(page, "duplicates-merged", reverse("district:duplicates") + "?state=merged")
    page.goto(reverse("district:add_student"))
    for label, typed in (("Given name", "Robin"), ("Family name", "Reed"), ("Birth date", BORN.isoformat())):
        page.get_by_label(label).fill(typed)
    page.get_by_label("School", exact=False).first.select_option(label=staff.school.name)
    page.get_by_role("button", name="Enter the student").press("Enter")
    page.get_by_text("Is it one of these?").wait_for()
    acts.look_at(page, "add_student-like")
    acts.tab_to(page, "It is none of these", role="checkbox")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Enter the student").press("Enter")
    page.get_by_text("Entered. The student can be found").wait_for()
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
