"""Somebody who is signed in and asks for pages, of a web server that may die at any moment."""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from csec.bootstrap import ROOT
from tests.faults.installation import Installation, wait

TOKEN = "x" * 32
PAGES = ("/", "/cases/", "/concerns/", "/concerns/new/", "/concerns/log/", "/reminders/", "/calendar/")


class Reader:
    """One person's browser: `get` and `post` return the status, or None when the server died over it."""

    def __init__(self, port: int, cookie: str, session: str) -> None:
        self.port = port
        self.cookies = f"{cookie}={session}; csrftoken={TOKEN}"

    def get(self, path: str) -> int | None:
        return self._ask("GET", path)

    def post(self, path: str, form: dict[str, str]) -> int | None:
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **form}))

    def _ask(self, method: str, path: str, body: str | None = None) -> int | None:
        headers = {"Cookie": self.cookies, "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return answer.status


class Readers:
    """The people of the installation, with the web server running."""

    def __init__(self, place: Installation, **environment: str) -> None:
        made = subprocess.run(
            [sys.executable, "-m", "tests.faults.inside"],
            cwd=ROOT,
            env={**place.environment, "CSEC_PROCESS": "web", "DATABASE_APP_URL": place.owner_url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        self.made: dict[str, Any] = json.loads(made.stdout)
        place.start("web", **environment)
        self.teacher = Reader(place.web_port, self.made["cookie"], self.made["teacher"])
        self.counselor = Reader(place.web_port, self.made["cookie"], self.made["counselor"])
        wait(lambda: self.teacher.get("/") == 200, otherwise="The web server did not answer.")

    def concern(self) -> dict[str, str]:
        """A filled-in form; sent twice it makes one concern."""
        return {
            "concern_id": str(uuid4()),
            "school": self.made["school"],
            "account": "Picked up by a car of strangers after school.",
            "first_known_at": "2026-01-20T14:40",
        }

    def check_in(self, version: int, *, seen: bool) -> dict[str, str]:
        """A filled-in form; of one contact each has the version that the one before left."""
        reached = {"seen": "yes"} if seen else {"seen": "no", "reason": "Not at school."}
        return {"version": str(version), "happened_at": self.made["seen_at"], **reached}

    def statuses(self) -> list[int | None]:
        """What the counselor's pages answer, and a concern that the teacher sends."""
        return [
            *(self.counselor.get(page) for page in PAGES),
            self.teacher.post("/concerns/log/", self.concern()),
        ]


def at_once(count: int, work: Callable[[], None]) -> None:
    """The same in so many threads; waits for all."""
    threads = [threading.Thread(target=work) for _n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
