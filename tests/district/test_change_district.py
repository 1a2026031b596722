"""What the district decides for itself: the numbers of the card, when something climbs, when it is night."""

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.kinds import ON_WEBSITE
from csec.accounts.models import User
from csec.directory import card
from csec.directory.models import District
from csec.errors import NotPermitted
from district import workflow
from district.reading.settings import times
from district.workflow.settings import OWN_TIMES
from protocols.loader import load
from tests import make
from tests.accounts.at_the_door import logged
from tests.conftest import LOADED_AT
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

OTHER = Path(__file__).parent.parent / "protocols" / "other.toml"
ADDRESS = reverse("district:change_district")
SETTINGS: dict[str, Any] = {
    "name": "Oak District",
    "emergency_number": "9-911",
    "dispatch_number": "555-0199",
    "website_name": "Tip line of the county",
    "climbs_after_minutes": 45,
    "transfer_answered_in_days": 3,
    "sro_asked_in_days": 1,
    "campus_looked_at_in_days": 0,
    "review_days": 21,
    "offer_again_days": 21,
    "referral_look_days": 7,
    "report_prompt_hours": 6,
    "quiet_from": time(21, 0),
    "quiet_until": time(6, 30),
}
TYPED = SETTINGS | {"quiet_from": "21:00", "quiet_until": "06:30"}


def change(actor: User, **given: Any) -> District:
    return workflow.change_district(actor=actor, at=AT, **(SETTINGS | given))


def test_what_the_liaison_sets_is_in_force_at_once(settings: Any, tmp_path: Any) -> None:
    settings.CSEC_VAR = tmp_path
    make.district()
    staff = make.Staff()
    with logged() as events:
        change(staff.liaison)
    assert events == [("district_changed", "done")]
    assert District.objects.values(*SETTINGS).get() == SETTINGS
    shown = card.card()
    assert (shown.district, shown.emergency_number, shown.dispatch_number) == (
        "Oak District",
        "9-911",
        "555-0199",
    )
    card.write_snapshot(at=AT)
    assert card.from_snapshot().emergency_number == "9-911"  # type: ignore[union-attr]
    # Forty-five minutes of school after 14:50.
    assert make.concern(staff).climbs_at == AT + timedelta(minutes=45)


def test_where_nothing_was_set_yet_it_is_set() -> None:
    staff = make.Staff()
    form = signed_in(staff.liaison).get(ADDRESS).context["form"]
    assert form.initial["climbs_after_minutes"] == 30
    change(staff.liaison, version=form.initial["version"])
    assert District.objects.count() == 1


def test_without_a_number_the_two_steps_go_by_the_definition_of_the_protocol() -> None:
    make.district()
    staff = make.Staff()
    client = signed_in(staff.liaison)
    form = client.get(ADDRESS).context["form"]
    assert [form.initial[name] for name in OWN_TIMES] == [None, None]
    assert "proposes holds: the same school day." in form.fields["sro_asked_in_days"].help_text
    assert "proposes holds: within 2 school days." in form.fields["campus_looked_at_in_days"].help_text
    typed = TYPED | {
        "version": form.initial["version"],
        "sro_asked_in_days": "",
        "campus_looked_at_in_days": "0",
    }
    assert client.post(ADDRESS, typed).status_code == 302
    assert District.objects.values_list(*OWN_TIMES).get() == (None, 0)


@pytest.mark.parametrize(
    ("language", "asked", "looked_into"),
    [
        (
            "en",
            "the same school day As the definition of the protocol proposes it",
            "within 3 school days District setting",
        ),
        (
            "es",
            "el mismo día lectivo Según lo propone la definición del protocolo",
            "en un plazo de 3 días lectivos Ajuste del distrito",
        ),
    ],
)
def test_the_page_of_the_district_says_by_when_and_who_says_so(
    language: str, asked: str, looked_into: str
) -> None:
    make.district()
    District.objects.update(campus_looked_at_in_days=3)
    staff = make.Staff()
    client = signed_in(staff.administrator)
    client.post(reverse("choose_language"), {"language": language})
    page = client.get(reverse("district:district"))
    said = [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<dd>(.*?)</dd>", page.content.decode())]
    assert {asked, looked_into} <= set(said)


@pytest.mark.django_db(transaction=True)
def test_each_column_of_the_protocol_that_says_another_time_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(OTHER.read_text())
    load(tmp_path, at=LOADED_AT)
    assert times(None, AT)["sro_asked_in_days"].words == "within 1 school day, within 2 hours, no time"
    assert (
        times(District(name="", sro_asked_in_days=0), AT)["sro_asked_in_days"].words == "the same school day"
    )
    # It asks nobody to look at the campus.
    assert times(None, AT)["campus_looked_at_in_days"].words == "no time"


def test_the_officer_reads_which_website_is_meant_where_that_step_is_recorded() -> None:
    make.district()
    staff = make.Staff()
    change(staff.liaison)
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    part = make.part(case, staff.sro, "website")
    assert part.kind in ON_WEBSITE
    page = signed_in(staff.sro).get(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    assert "Tip line of the county" in page.content.decode()


def test_nobody_else_sets_it_and_for_them_there_is_no_such_page() -> None:
    make.district()
    staff = make.Staff()
    for person in (staff.administrator, staff.counselor, staff.counsel, staff.teacher):
        with pytest.raises(NotPermitted):
            change(person)
        assert signed_in(person).get(ADDRESS).status_code == 404
    assert District.objects.get().name == "Redwood District"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 201),
        ("emergency_number", ""),
        ("emergency_number", "call"),
        ("dispatch_number", "none"),
        ("website_name", "\x07"),
        ("climbs_after_minutes", 0),
        ("climbs_after_minutes", 481),
        ("review_days", 0),
        ("transfer_answered_in_days", 0),
        ("transfer_answered_in_days", 11),
        ("sro_asked_in_days", -1),
        ("sro_asked_in_days", 11),
        ("campus_looked_at_in_days", 11),
        ("offer_again_days", 0),
        ("referral_look_days", 181),
        ("report_prompt_hours", 0),
        ("report_prompt_hours", 25),
        ("quiet_from", time(15, 59)),
        ("quiet_until", time(8, 1)),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(field: str, value: Any) -> None:
    make.district()
    staff = make.Staff()
    with invalid(field):
        change(staff.liaison, **{field: value})
    typed = TYPED | {"version": "x", field: value.strftime("%H:%M") if isinstance(value, time) else value}
    client = signed_in(staff.liaison)
    typed["version"] = client.get(ADDRESS).context["form"].initial["version"]
    page = client.post(ADDRESS, typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}


def test_the_second_of_two_reads_what_there_is_and_can_save_theirs() -> None:
    make.district()
    staff = make.Staff()
    client = signed_in(staff.liaison)
    opened = client.get(ADDRESS).context["form"].initial["version"]
    change(staff.liaison, dispatch_number="555-0177")
    with conflict("changed this after you opened the page"):
        change(staff.liaison, version=opened)
    page = client.post(ADDRESS, TYPED | {"version": opened})
    assert page.status_code == 409
    assert "555-0177" in page.content.decode()
    # A nought is said, and is not shown as if nothing were set.
    assert ("School days until the impact on campus is looked into", "0") in page.context["now"]
    again = page.context["form"].data["version"]
    assert client.post(ADDRESS, TYPED | {"version": again}).status_code == 302
    assert District.objects.get().dispatch_number == "555-0199"
