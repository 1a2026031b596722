"""Every component stands on one page for those who build pages, in every state, with no database."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.urls("tests.demo.urls")


def test_the_style_guide_shows_every_component_and_asks_no_database(client: Client, settings: Any) -> None:
    settings.DEMO = True
    page = client.get(reverse("demo:styleguide")).content.decode()
    for shown in (
        "state-waiting", "state-late", "state-done", "state-not-needed", "clock-late", "panel-urgent call", "standing",
        "next-what", "step-now", "step-done", "part-said", "quick", "person-name", "timeline-days", "not there today",
        "in 3 hours", "3 hours ago", "Restricted section", "2 earlier entries", "error-summary", "ways-on", "empty",
        "note-warn", "panel-quiet", "message-error", "In the week of", "On hold", "Held by nobody",
        "Student not known yet",
    ):  # fmt: skip
        assert shown in page, shown


def test_the_style_guide_is_there_in_the_demo_alone(client: Client) -> None:
    assert client.get(reverse("demo:styleguide")).status_code == 404
