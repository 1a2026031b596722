"""
A window that is handed the answers of a test client: Chromium reads them, and nothing has to be committed for it.

It lives in a thread of its own, so that the test's own connections stay what they are, and so that the next page is
asked for while the last one is still looked at.
"""

import mimetypes
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from gzip import compress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, sync_playwright

from tests.browser.everywhere.looking import LOOK, complaints
from tests.browser.everywhere.sights import Sight

#: By this name a page is in a secure context, as over TLS.
HOST = "http://localhost"
DESK = 1280
#: A phone, a tablet, a desk.
WIDTHS = (390, 768, DESK)
#: 1280 pixels at 400 %; and a sheet of Letter between margins of 10 mm.
ENLARGED, SHEET = 320, 740
#: The most that a page and all that belongs to it weigh, compressed as on the way.
BYTES = 100_000
#: Of the pages of errors and of refused forms the browser says that they are.
EXPECTED = "Failed to load resource: the server responded with a status of"


class Glass:
    """One window, through which one page after another is looked at."""

    def __init__(self, executable: str | None, shots: str | None) -> None:
        self._executable, self._shots = executable, Path(shots) if shots else None
        self._hand = ThreadPoolExecutor(1, "glass")
        self._answer = Sight("", "", 200, b"", {})
        self._console: list[str] = []
        #: What the page asked for.
        self._came: set[str] = set()
        self._hand.submit(self._open).result()

    def look(self, sight: Sight, *, on_paper: bool, album: str = "") -> "Future[list[str]]":
        """
        What is to be mended on a page; `on_paper`, also when it is printed and in colours of the reader's own.

        Where pictures are taken, they are put into the folder `album`.
        """
        return self._hand.submit(self._look, sight, on_paper, album)

    def close(self) -> None:
        self._hand.submit(self._close).result()
        self._hand.shutdown()

    def _open(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=self._executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        context = self._browser.new_context(
            locale="en-US", timezone_id="America/Los_Angeles", reduced_motion="reduce"
        )
        context.set_default_timeout(20_000)
        context.add_init_script(LOOK)
        self._page: Page = context.new_page()
        self._page.route("**/*", self._serve)
        self._page.on("pageerror", lambda error: self._console.append(str(error)))
        self._page.on(
            "console", lambda said: self._console.append(said.text) if said.type == "error" else None
        )

    def _close(self) -> None:
        self._browser.close()
        self._playwright.stop()

    def _serve(self, route: Route) -> None:
        if route.request.is_navigation_request():
            sight = self._answer
            route.fulfill(status=sight.status, headers=sight.headers, body=sight.body)
        else:
            path = route.request.url.removeprefix(f"{HOST}/")
            self._came.add(path)
            kind, body = _file(path)
            route.fulfill(status=200 if body else 404, content_type=kind, body=body)

    def _look(self, sight: Sight, on_paper: bool, album: str) -> list[str]:
        self._answer, page = sight, self._page
        self._console.clear()
        self._came.clear()
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(HOST + sight.path)
        weight = len(compress(sight.body)) + sum(_light(path) for path in self._came)
        found = [f"weighs {weight} bytes on the way"] if weight > BYTES else []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += complaints(page.evaluate("lantern.look", width == WIDTHS[0]), width)
            self._picture(album, f"{sight.file}-{width}")
            if self._shots and page.evaluate("lantern.unfold()"):
                self._picture(album, f"{sight.file}-{width}-unfolded")
                page.evaluate("lantern.fold()")
        page.set_viewport_size({"width": ENLARGED, "height": 900})
        found += complaints(page.evaluate("lantern.enlarged()"), ENLARGED)
        if on_paper:
            found += self._on_paper(album, sight.file)
        return found + [said for said in self._console if EXPECTED not in said]

    def _picture(self, album: str, name: str) -> None:
        if self._shots:
            self._page.screenshot(path=self._shots / album / f"{name}.png", full_page=True)

    def _on_paper(self, album: str, file: str) -> list[str]:
        page = self._page
        page.set_viewport_size({"width": SHEET, "height": 900})
        page.emulate_media(media="print")
        found = complaints(page.evaluate("lantern.printed()"), "print")
        self._picture(album, f"{file}-print")
        page.emulate_media(media="screen", forced_colors="active")
        found += complaints(page.evaluate("lantern.contrast()"), "forced colours")
        page.emulate_media(media="screen", forced_colors="none")
        return found


@cache
def _light(path: str) -> int:
    return len(compress(_file(path)[1]))


@cache
def _file(path: str) -> tuple[str, bytes]:
    """A file of ours that a page asks for; nothing else is served, and no page may want it."""
    found = finders.find(path.removeprefix(settings.STATIC_URL.lstrip("/")))
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return kind, Path(found).read_bytes() if found else b""
