"""
Every page there is, for everybody: each route x state x language x width is right by axe, and what axe does not ask.

The pages are those of the world that the matrix walks over; that world when all in it is late and nothing is short; and
a district in which nothing was recorded yet. A page is not looked at again when one of its route is built the same, and
so is what stands around it somewhere.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from csec.delivery.ticks import database_now
from tests.browser.everywhere import doors, sights
from tests.browser.everywhere.glass import Glass
from tests.browser.everywhere.sights import Sight
from tests.browser.everywhere.worlds import LONG, AsItIs, LateAndLong, Nothing
from tests.matrix.rows import looked_at
from tests.matrix.test_pages import PAGES
from tests.matrix.world import World
from tests.told import LOOKED_AT

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
#: What a program reads, and what only leads elsewhere.
NO_PAGE = {"delivery:healthz", "cases:feed", "speak"}

Look = Callable[[Iterable[Sight], str], int]


@pytest.fixture(scope="module")
def glass() -> Iterator[Glass]:
    window = Glass(os.environ.get("CSEC_CHROMIUM"), os.environ.get("CSEC_SHOTS"))
    yield window
    window.close()


@pytest.fixture(scope="module")
def frames() -> set[tuple[str, bytes]]:
    """What stands around the pages that were looked at, by its language."""
    return set()


@pytest.fixture
def look(
    glass: Glass,
    frames: set[tuple[str, bytes]],
    record_property: Callable[[str, object], None],
    request: pytest.FixtureRequest,
) -> Look:
    """Looks at pages, says what there is to mend, and returns how many there were."""

    album = re.sub(r"\W+", "-", request.node.name.partition("[")[2])

    def look_at(pages: Iterable[Sight], language: str) -> int:
        shapes: set[bytes] = set()
        looks: list[tuple[Sight, Future[list[str]]]] = []
        seen = 0
        for page in pages:
            seen += 1
            assert f'<html lang="{language}'.encode() in page.body, page.name
            main, frame = page.shapes
            if main not in shapes or (language, frame) not in frames:
                shapes.add(main)
                frames.add((language, frame))
                looks.append((page, glass.look(page, on_paper=language == LANGUAGES[0], album=album)))
        record_property(LOOKED_AT, (seen, len(looks)))
        wrong: dict[str, list[str]] = {}
        for page, made in looks:
            for one in made.result():
                wrong.setdefault(one, []).append(page.name)
        assert not wrong, "".join(f"\n{one}\n    {'; '.join(where)}" for one, where in wrong.items())
        return seen

    return look_at


@pytest.fixture(
    scope="module", params=[AsItIs, LateAndLong, Nothing], ids=["as_it_is", "late_and_long", "nothing_yet"]
)
def world(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), looked_at(), transaction.atomic():
        yield request.param(database_now())
        transaction.set_rollback(True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", PAGES)
def test_a_page_is_right_for_everybody(route: str, language: str, world: World, look: Look) -> None:
    typed = LONG if isinstance(world, LateAndLong) else ""
    seen = look(sights.of_route(world, route, language, typed=typed), language)
    # In the world as it is each route has its page; in the others not every one has something to show.
    assert seen or route in NO_PAGE or type(world) is not AsItIs, f"{route} was not seen by anybody"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(doors.ROUTES))
@pytest.mark.parametrize("needed", [False, True], ids=["by_password", "with_a_second_factor"])
def test_a_page_of_sign_in_is_right_for_everybody(
    name: str, language: str, needed: bool, look: Look, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = needed
    seen = look(doors.Doors().of_route(name, language), language)
    assert seen or name in doors.NO_PAGE or needed, f"{name} was not seen by anybody"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_error_says_is_right_for_everybody(language: str, look: Look) -> None:
    assert look(doors.of_errors(language), language) == 8


#: A page on which all is wrong that is looked for.
WRONG = """<!doctype html><html lang="en"><head><title>Work</title><style>
    .btn-primary { display: inline-block; width: 30px; height: 20px; transition: color 2s; }
    .wide { width: 2000px; } .pale { color: #ccc; }
    @media print { .printed { color: #ddd; } }
    @media (forced-colors: active) { .forced { forced-color-adjust: none; color: #777; background: #666; } }
</style></head><body>
    <a href="/elsewhere/">First</a><a class="skip" href="#content">Skip to the page</a>
    <main id="content" tabindex="-1"><h1>One</h1><h1>Two</h1><img src="data:,"><p class="wide">Wide</p>
    <details><summary>More</summary><p class="pale">Folded</p><p class="wide">Wide</p></details>
    <p class="pale">Pale</p><p class="printed">Printed</p><p class="forced">Forced</p>
    <a class="btn btn-primary" href="/there/">Go</a></main>
    <script>nothing.there()</script><template><p style="height: 400px">Late</p></template>
    <script>setTimeout(() =>
        document.querySelector('main').prepend(document.querySelector('template').content), 60)</script>
    <!--HEAVY--></body></html>"""
#: Of so many bytes none can be left out.
HEAVY = Random(1).randbytes(100_000).hex()
FOUND = (
    "390: jumps by",
    "weighs",
    "390: scrolled sideways",
    "390: the focus begins at",
    "390: 2 headings",
    "390: too small for a finger",
    "390: moves",
    "390: unfolded, scrolled sideways",
    "768: image-alt",
    "1280: color-contrast",
    "1280: unfolded, color-contrast",
    "320: scrolled sideways",
    "print: color-contrast",
    "forced colours: color-contrast",
    "nothing is not defined",
)


def test_what_is_wrong_with_a_page_is_found(glass: Glass) -> None:
    page = Sight(
        "wrong",
        "/",
        200,
        WRONG.replace("HEAVY", HEAVY).encode(),
        {"Content-Type": "text/html; charset=utf-8"},
    )
    found = glass.look(page, on_paper=True).result()
    assert [one for one in FOUND if not any(said.startswith(one) for said in found)] == []
    right = WRONG.partition("<main")[0].partition("<style>")[0] + (
        '</style></head><body><a class="skip" href="#content">Skip to the page</a><main id="content"><h1>One</h1>'
        "<p>Right.</p></main></body></html>"
    )
    good = Sight("right", "/", 200, right.replace("</style>", "").encode(), page.headers)
    assert glass.look(good, on_paper=True).result() == []
