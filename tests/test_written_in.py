"""How days, times, numbers and messages are written in each language."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import formats, translation
from icalendar import Calendar

from cases.reading.clocks import away
from cases.reading.feed import feed_of
from cases.reading.when import due_at
from cases.workflow.telling import when
from csec import languages
from csec.accounts import resets
from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.delivery.kinds import KINDS
from csec.delivery.mail import Words
from csec.delivery.sending import send_due
from csec.formats.en import formats as english
from csec.formats.es import formats as spanish
from csec.identity import acting_as
from tests import make
from tests.cases.contacts import covered
from tests.catalog import CODE, ROOT
from tests.delivery.conftest import _as_the_owner, kind, sink  # noqa: F401 - the worker's part is the owner's
from tests.delivery.sink import Sink, TestKind, message
from tests.papers import read

AS_OWNER = True

FRIDAY = datetime(2026, 9, 4, 21, 30, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")


def test_each_name_of_a_format_is_there_in_each_language() -> None:
    names = {name for name in dir(english) if name.isupper()}
    assert names <= {name for name in dir(spanish) if name.isupper()}


@pytest.mark.parametrize(
    ("name", "in_english", "in_spanish"),
    [
        ("DAY", "Fri, Sep 4", "vie 4 sep"),
        ("DAY_AND_YEAR", "Fri, Sep 4, 2026", "vie 4 sep 2026"),
        ("MOMENT", "Fri, Sep 4, 2:30 p.m.", "vie 4 sep, 2:30 p.\N{NO-BREAK SPACE}m."),
        ("MOMENT_AND_YEAR", "Fri, Sep 4, 2026, 2:30 p.m.", "vie 4 sep 2026, 2:30 p.\N{NO-BREAK SPACE}m."),
        ("PLAIN_MOMENT", "Fri, Sep 4, 2:30 PM", "vie 4 sep, 2:30 PM"),
        (
            "LONG_MOMENT",
            "Friday, September 4, 2026, 2:30 p.m.",
            "viernes 4 de septiembre de 2026, 2:30 p.\N{NO-BREAK SPACE}m.",
        ),
        ("SHORT_DAY", "Sep 4, 2026", "4 sep 2026"),
        ("MONTH", "September 2026", "septiembre de 2026"),
        ("DATE_FORMAT", "Sept. 4, 2026", "4 de septiembre de 2026"),
        (
            "DATETIME_FORMAT",
            "Sept. 4, 2026, 2:30 p.m.",
            "4 de septiembre de 2026, 2:30 p.\N{NO-BREAK SPACE}m.",
        ),
        ("CLOCK", "2:30 p.m.", "2:30 p.\N{NO-BREAK SPACE}m."),
    ],
)
def test_a_moment_is_written_as_its_reader_writes_it(name: str, in_english: str, in_spanish: str) -> None:
    local = FRIDAY.replace(hour=14, tzinfo=None)
    for language, words in (("en", in_english), ("es", in_spanish)):
        with translation.override(language):
            assert formats.date_format(local, name) == words
            assert Template(f'{{{{ at|date:"{name}" }}}}').render(Context({"at": local})) == words


def test_noon_and_midnight_have_their_names() -> None:
    with translation.override("es"):
        assert formats.date_format(datetime(2026, 9, 4, 12, tzinfo=UTC), "CLOCK") == "mediodía"
        assert formats.date_format(datetime(2026, 9, 4, 0, tzinfo=UTC), "CLOCK") == "medianoche"
        assert formats.date_format(datetime(2026, 9, 4, 9, tzinfo=UTC), "CLOCK") == "9 a.\N{NO-BREAK SPACE}m."


def test_no_name_of_a_format_is_written_where_there_is_none() -> None:
    """Django shows the letters of a name that it does not know."""
    known = {name for name in dir(english) if name.isupper()} | {
        "DATE_FORMAT",
        "TIME_FORMAT",
        "DATETIME_FORMAT",
    }
    used: dict[str, Path] = {}
    for path in [*(ROOT / "templates").rglob("*"), *(p for f in CODE for p in (ROOT / f).rglob("*.py"))]:
        if path.suffix in (".html", ".txt", ".py"):
            text = path.read_text(encoding="utf-8")
            used |= dict.fromkeys(re.findall(r"\|(?:date|time):[\"']([^\"']+)[\"']", text), path)
            used |= dict.fromkeys(re.findall(r"date_format\([^\"'\n]*, [\"']([^\"']+)[\"']\)", text), path)
    for_machines = {"c", "Y-m-d"}
    assert {name: path for name, path in used.items() if name not in known | for_machines} == {}


def test_how_far_away_something_is_is_said_in_words() -> None:
    with translation.override("es"):
        assert away(FRIDAY, FRIDAY.replace(hour=19)) == "en 2 horas"
        assert away(FRIDAY, FRIDAY.replace(day=7)) == "hace 3 días"
        assert (
            due_at(FRIDAY, FRIDAY.replace(hour=19), PACIFIC)
            == "vence el vie 4 sep, 2:30 p.\N{NO-BREAK SPACE}m. (en 2 horas)"
        )
        assert when(FRIDAY, PACIFIC) == "vie 4 sep, 2:30 PM"


def test_a_number_is_written_as_in_the_united_states() -> None:
    with translation.override("es"):
        assert formats.number_format(1234567.5, 1, use_l10n=True, force_grouping=True) == "1,234,567.5"


def test_a_day_typed_by_hand_is_the_same_day_in_both_languages() -> None:
    from cases.forms.base import Day

    for language in ("en", "es"):
        with translation.override(language):
            assert Day().to_python("9/4/2026") == Day().to_python("2026-09-04") == date(2026, 9, 4)


def test_every_kind_of_message_is_said_in_the_language_of_its_reader() -> None:
    for one in KINDS.values():
        said = Words(one, "es")
        assert '<html lang="es">' in said.html
        assert "Este mensaje lo envió un programa" in said.text
        assert said.subject != Words(one).subject
        # Whatever the process that sends it reads itself.
        with translation.override("es"):
            assert '<html lang="en">' in Words(one).html


@pytest.mark.django_db
def test_two_people_are_told_the_same_each_in_their_language(
    sink: Sink,  # noqa: F811
    kind: TestKind,  # noqa: F811
) -> None:
    ada = User.objects.create_user(email="ada@example.org", name="Ada")
    eva = User.objects.create_user(email="eva@example.org", name="Eva")
    User.objects.filter(pk=eva.pk).update(language="es")
    for person in (ada, eva):
        message(person, at=make.AT)
    send_due(lambda: make.AT)
    bodies = {
        mail["To"]: mail.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[index,union-attr]
        for mail in sink.mails
    }
    assert "Sign in to see it:" in bodies["ada@example.org"]
    assert "Inicie sesión para verlo:" in bodies["eva@example.org"]


@pytest.mark.django_db
def test_a_link_to_choose_a_password_comes_in_ones_own_language(sink: Sink) -> None:  # noqa: F811
    staff = make.Staff()
    User.objects.filter(pk=staff.counselor.pk).update(language="es")
    resets.ask(staff.counselor.email, at=database_time())
    assert resets.send(at=database_time()) == 1
    [mail] = sink.mails
    assert mail.get_payload(decode=True).decode().startswith("Usted, u otra persona, pidió")  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_calendar_is_told_in_the_language_of_whose_it_is() -> None:
    staff = make.Staff()
    covered(staff)
    with acting_as(staff.counselor.pk), languages.written_to("es"):
        events = Calendar.from_ical(feed_of(staff.counselor, make.AT)).walk("VEVENT")
    assert {str(event["summary"]) for event in events} == {"Una tarea necesita su atención"}


@pytest.mark.django_db
def test_a_paper_says_its_words_and_its_language_as_whoever_made_it_read_them() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with translation.override("es"):
        found = read(make.paper(case, staff.counselor, sections=["track"]).content)
    assert found.root["/Lang"] == "es"
    assert found.title == "Resumen del caso"
    assert "Posible víctima de CSEC" in found.text
    assert "Suspected" not in found.text


@pytest.mark.django_db
def test_an_error_of_django_or_of_the_library_for_sign_in_is_in_spanish_as_well() -> None:
    answer = Client(headers={"Accept-Language": "es"}).post(
        reverse("account_login"), {"login": "ada", "password": ""}
    )
    page = answer.content.decode()
    assert "Este campo es obligatorio" in page
    assert "This field is required" not in page
    assert "Enter a valid email" not in page
