"""Every component stands on one page for those who build pages, in every state, with no database."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.urls("tests.demo.urls")

COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "includes"
#: What is no component: the frame of a page for whoever is signed in, and a whole form, which is shown in its pieces.
NOT_THERE = {"header.html", "main_links.html", "idle.html", "form.html"}


def test_the_style_guide_shows_every_component_and_asks_no_database(client: Client, settings: Any) -> None:
    settings.DEMO = True
    page = client.get(reverse("demo:styleguide")).content.decode()
    for shown in (
        "state-waiting", "state-late", "state-done", "state-not-needed", "clock-late", "panel-urgent call", "standing",
        "next-what", "step-now", "step-done", "part-said", "quick", "person-name", "timeline-days", "not there today",
        "in 3 hours", "3 hours ago", "Restricted section", "2 earlier entries", "error-summary", "ways-on", "empty",
        "note-warn", "panel-quiet", "message-error", "In the week of", "On hold", "Held by nobody",
        "Student not known yet", "chart-hatched", "chart-key", 'class="pages"', "draft-status", "Was due",
    ):  # fmt: skip
        assert shown in page, shown


def test_no_component_is_missing_from_the_style_guide(client: Client, settings: Any) -> None:
    settings.DEMO = True
    drawn = {template.name for template in client.get(reverse("demo:styleguide")).templates}
    there = {path.name for path in COMPONENTS.glob("*.html")}
    assert there > NOT_THERE
    assert {name for name in there if f"includes/{name}" not in drawn} == NOT_THERE


def test_the_style_guide_is_there_in_the_demo_alone(client: Client) -> None:
    assert client.get(reverse("demo:styleguide")).status_code == 404
