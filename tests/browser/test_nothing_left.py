"""What a browser keeps of the pages, and what it tells the next site: nothing about anybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.urls import reverse
from playwright.sync_api import Page

from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.sinks import TOLD, found_in

pytestmark = pytest.mark.django_db(transaction=True)

#: All that a page can keep in a browser but cookies, which are asked of the browser itself.
KEPT = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, window.name, history.state,
    (await indexedDB.databases()).map((one) => one.name),
    'caches' in window ? await caches.keys() : [],
    'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
])"""
EMPTY = '[{},{},"",null,[],[],0]'


@pytest.fixture
def referers() -> Iterator[set[tuple[str, str]]]:
    """What browsers told of where they came from, by the site that was told."""
    told: set[tuple[str, str]] = set()

    def note(environ: dict[str, Any], **_more: Any) -> None:
        told.add((environ["HTTP_HOST"].partition(":")[0], environ.get("HTTP_REFERER", "")))

    request_started.connect(note)
    yield told
    request_started.disconnect(note)


class Watched:
    """One window: what it kept, called itself and asked for."""

    def __init__(self, page: Page) -> None:
        self.kept: set[str] = set()
        self.seen: set[str] = set()
        self._page = page
        page.on("request", lambda request: self.seen.add(request.url))

    def look(self) -> None:
        """Now, on the page that is open."""
        self.kept.add(self._page.evaluate(KEPT))
        self.seen |= {self._page.title(), self._page.url}
        self.kept |= {f"{one['name']}={one['value']}" for one in self._page.context.cookies()}

    def check(self) -> None:
        assert EMPTY in self.kept
        assert {text for text in self.kept if "=" not in text} == {EMPTY}
        names = {text.partition("=")[0] for text in self.kept if "=" in text}
        assert names <= {"sessionid", "csrftoken", "messages"}
        assert {text: words for text in self.kept | self.seen if (words := found_in(text))} == {}


def test_from_the_concern_to_the_case_and_out_in_a_hurry(
    window: Window, staff: make.Staff, referers: set[tuple[str, str]], live_server: Any, settings: Any
) -> None:
    elsewhere = live_server.url.replace("localhost", "127.0.0.1") + reverse("directory:emergency_card")
    settings.QUICK_EXIT_URL, settings.ALLOWED_HOSTS = elsewhere, ["*"]
    pages = teacher, counselor = window(staff.teacher), window(staff.counselor)
    watched = [Watched(page) for page in pages]
    acts.log_concern(teacher, student="Avery Brook", account=f"{TOLD} words about Avery Brook.")
    watched[0].look()
    teacher.goto("/concerns/log/")
    teacher.clock.install()
    teacher.get_by_label("What did you see or hear?").fill(f"{TOLD} words, half written.")
    with teacher.expect_response("**/drafts/keep/"):
        teacher.clock.fast_forward(60_000)
    watched[0].look()
    acts.open_case(counselor, "Suspected victim")
    watched[1].look()
    acts.record(counselor, "Report to Child Welfare Services")
    # Out by an address of another site, and out in a hurry.
    counselor.evaluate("(there) => location.assign(there)", elsewhere)
    counselor.wait_for_url(elsewhere)
    counselor.go_back()
    for one, page in zip(watched, pages, strict=True):
        one.look()
        page.get_by_role("link", name="Quick exit").click()
        page.wait_for_url(elsewhere)
        one.check()
    assert {told for site, told in referers if site == "127.0.0.1"} == {"", elsewhere}
    assert len(referers) > 5
    assert {text: words for _site, text in referers if (words := found_in(text))} == {}
