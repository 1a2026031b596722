"""When a demo is ready: pages answer, a database that does not answer yet is waited for, a defect is said at once."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from csec.bootstrap import CannotStart
from csec.launcher import demo


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def pages() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "ready"), [(200, True), (404, True), (503, False)])
def test_a_page_is_ready_unless_the_database_does_not_answer_yet(
    pages: str, status: int, ready: bool
) -> None:
    assert demo.answers(f"{pages}/{status}/") is ready


def test_another_error_is_a_defect_and_nothing_to_wait_for(pages: str) -> None:
    with pytest.raises(CannotStart, match="answers with error 500"):
        demo.answers(f"{pages}/500/")


def test_nobody_there_is_waited_for() -> None:
    assert not demo.answers("http://127.0.0.1:9/")
