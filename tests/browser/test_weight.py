"""
What a page weighs and whether it jumps, as an installation sends it: 150 ms away, at 1.6 Mbit/s, nothing kept yet.

Bytes and shifts are the page's own, and are asserted. When something is first to be seen depends on the machine as
well: that is told at the end of the run.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings as installed_settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from csec.accounts.models import User
from csec.database import with_database
from csec.delivery.ticks import database_now
from csec.launcher import postgres
from csec.launcher.commands import COMMANDS, STATIC_FILES
from csec.launcher.processes import Processes
from tests import make
from tests.cases.test_queries import everything_waits
from tests.told import SAID

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

#: The most that a page and all that belongs to it weigh on the way.
BYTES = 100_000
#: The most that what is shown moves by itself.
SHIFT = 0.05
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
PHONE, DESK = 390, 1280
#: Each thread of the server has a connection of its own.
THREADS = 4
#: Begins with the page, and sums up what moves without anybody having done something.
WATCH = """
window.shifted = 0
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value
}).observe({type: 'layout-shift', buffered: true})
"""
#: After two more pictures all that was noticed is told.
SHIFTED = "() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => told(window.shifted))))"
FIRST_PAINT = "() => Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)"


@dataclass(frozen=True)
class Load:
    """One page that came over the line."""

    bytes: int
    shift: float
    first_paint: int


Line = Callable[..., Load]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def installation(django_db_setup: None, folder: Path) -> Iterator[str]:
    """
    The web server as it really runs, its files compressed, under row-level security, in the database of the tests.

    With the settings of the demo: no proxy stands before it, and nobody needs a second factor.
    """
    address = f"localhost:{postgres.free_port()}"
    database = connections["owner"].settings_dict["NAME"]
    environment = {
        **os.environ,
        "CSEC_ENV": "demo",
        "CSEC_PROCESS": "web",
        "CSEC_VAR": str(folder),
        "DATABASE_APP_URL": with_database(os.environ["DATABASE_APP_URL"], database),
    }
    with Processes(folder / "log") as processes:
        collect = [sys.executable, "manage.py", *STATIC_FILES]
        processes.run("static", collect, env=environment, failure="No static files")
        # One process, so that each of its threads has been asked once before it is timed.
        command = [part.format(address=address) for part in (*COMMANDS["web"], "--workers", "1")]
        processes.start("web", [sys.executable, "-m", *command], env=environment)
        processes.wait_until(lambda: _answers(address), seconds=60, otherwise="The server does not answer.")
        yield f"http://{address}"


def _answers(address: str) -> bool:
    try:
        with urlopen(f"http://{address}{reverse('account_login')}"):
            return True
    except URLError:
        return False


@pytest.fixture
def line(transactional_db: None, chromium: Browser, installation: str) -> Line:
    """
    Loads a page for somebody, in a browser that has been nowhere yet, over a line as in a school's car park.

    Of a server that has shown that page before, as it has on any day but its first.
    """

    def load(path: str, person: User | None = None, *, width: int = PHONE, then: str = "") -> Load:
        context = chromium.new_context(
            base_url=installation, locale="en-US", viewport={"width": width, "height": 800}
        )
        if person:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[installed_settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": installation}])
        for _ in range(THREADS):
            assert context.request.get(path).status == 200, path
        context.add_init_script(WATCH)
        page = context.new_page()
        came = _counted(page)
        answer = page.goto(path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200, path
        if then:
            page.evaluate(then)
        found = Load(sum(came), page.evaluate(SHIFTED), page.evaluate(FIRST_PAINT))
        context.close()
        return found

    return load


def _counted(page: Page) -> list[int]:
    """What comes over the line for this page, head and body, as it is counted there."""
    came: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.on("Network.loadingFinished", lambda event: came.append(int(event["encodedDataLength"])))
    return came


def check(name: str, found: Load, told: Callable[[str, object], None]) -> None:
    told(
        SAID,
        f"{name}: {found.bytes / 1000:.1f} kB, shift {found.shift:.3f}, first paint {found.first_paint} ms",
    )
    assert found.bytes <= BYTES, name
    assert found.shift <= SHIFT, name


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(
    "role", ["teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel"]
)
def test_the_first_screen_on_which_everything_waits_is_light_and_stands_still(
    role: str, width: int, line: Line, record_property: Callable[[str, object], None]
) -> None:
    staff = make.Staff()
    everything_waits(staff)
    check(
        f"First screen, {role}, {width} px",
        line(reverse("home"), getattr(staff, role), width=width),
        record_property,
    )


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_of_the_main_job_are_light_and_stand_still(
    width: int, line: Line, staff: make.Staff, record_property: Callable[[str, object], None]
) -> None:
    now = database_now()
    make.number_of()
    case = make.case(staff, at=now - timedelta(days=14))
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    make.own_report(case, staff.counselor, at=now)
    found = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", at=now, values=found)
    part = make.part(case, staff.counselor, "consult")
    for name, path, person in (
        ("The page of a case", case.get_absolute_url(), staff.counselor),
        ("The page of a case, administrator", case.get_absolute_url(), staff.administrator),
        ("Recording a concern", reverse("cases:log_concern"), staff.teacher),
        ("Ending a step", reverse("cases:record_outcome", args=[case.pk, part.pk]), staff.counselor),
        ("The list of cases", reverse("cases:cases"), staff.administrator),
        ("The emergency card", reverse("directory:emergency_card"), None),
        ("Signing in", reverse("account_login"), None),
    ):
        check(f"{name}, {width} px", line(path, person, width=width), record_property)


def test_what_is_too_heavy_or_jumps_is_noticed(line: Line, folder: Path) -> None:
    """The measure itself: a block that pushes the page down, and a file of a known size."""
    push = (
        "document.body.prepend(Object.assign(document.createElement('div'), {innerHTML: '<br>'.repeat(20)}))"
    )
    still = line(reverse("account_login"))
    assert line(reverse("account_login"), then=push).shift > SHIFT > still.shift
    [sheet] = folder.rglob("app.*.css.gz")
    assert still.bytes > sheet.stat().st_size
    again = line(reverse("account_login"), then="fetch('/protocol/').then((one) => one.text())")
    assert again.bytes > still.bytes
