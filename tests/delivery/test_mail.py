"""What a mail says: that a task needs the reader, where to sign in, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from email.message import Message as Mail
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils.html import escape

from csec.accounts.models import User
from csec.delivery.kinds import KINDS
from csec.delivery.mail import Words, message_id
from csec.delivery.models import Message
from csec.delivery.sending import send_due
from tests.delivery.sink import Sink, TestKind, message
from tests.make import AT

AS_OWNER = True

pytestmark = pytest.mark.django_db

PLANTED = "Quetzalcoatl"
FORBIDDEN = (
    PLANTED,
    "csec",
    "exploit",
    "traffick",
    "victim",
    "suspected",
    "student",
    "school",
    "case",
    "track",
)


def parts(mail: Mail) -> dict[str, str]:
    """The bodies of a mail by their type."""
    found = {}
    for part in mail.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found[part.get_content_type()] = payload.decode()
    return found


def sent(sink: Sink) -> Mail:
    send_due(lambda: AT)
    [mail] = sink.mails
    return mail


def test_a_mail_is_text_and_html_and_leads_to_the_sign_in(sink: Sink, kind: TestKind, settings: Any) -> None:
    settings.PUBLIC_URL = "https://lantern.example.org/"
    message(User.objects.create_user(email="ada@example.org", name="Ada"))
    mail = sent(sink)
    bodies = parts(mail)
    assert set(bodies) == {"text/plain", "text/html"}
    assert mail["Subject"] == "A task needs you."
    assert mail["Auto-Submitted"] == "auto-generated"
    for body in bodies.values():
        assert "A task needs you." in body
        assert "https://lantern.example.org/" in body
        assert body.count("http") == 1


def test_nothing_of_the_row_or_the_person_is_in_the_mail(sink: Sink, kind: TestKind) -> None:
    one = message(User.objects.create_user(email="ada@example.org", name=f"Ada {PLANTED}"))
    mail = sent(sink)
    said = [mail["Subject"], *parts(mail).values()]
    opaque = [str(value) for value in (one.id, one.subject, one.recipient_id)]
    for text in said:
        assert not [word for word in FORBIDDEN if word.lower() in text.lower()]
    for value in opaque:
        assert value not in mail.as_string()
    assert PLANTED not in mail.as_string()


def test_the_words_of_every_registered_kind_name_nobody() -> None:
    for kind in KINDS.values():
        words = Words(kind)
        for text in (words.subject, words.text, words.html):
            assert not [word for word in FORBIDDEN if word.lower() in text.lower()], kind.name


def test_no_template_of_a_message_knows_more_than_its_sentence_and_the_address() -> None:
    folder = Path(django_settings.BASE_DIR) / "templates" / "delivery"
    for name in ("subject.txt", "task.txt", "task.html"):
        text = (folder / name).read_text()
        used = {word.split("}}")[0].strip() for word in text.split("{{")[1:]}
        assert used <= {"text", "url", "LANGUAGE_CODE"}, name


def test_a_sentence_is_text_and_not_markup(kind: TestKind, settings: Any) -> None:
    settings.PUBLIC_URL = "https://lantern.example.org/"
    words = Words(replace(KINDS["test"], text="Look at <this> & that"))
    assert words.subject == "Look at <this> & that"
    assert words.text.startswith("Look at <this> & that\n")
    assert escape("Look at <this> & that") in words.html


def test_the_message_id_is_the_same_in_every_attempt_and_another_for_every_key(
    sink: Sink, kind: TestKind
) -> None:
    ada = User.objects.create_user(email="ada@example.org", name="Ada")
    one = message(ada)
    sink.hang_up = 1
    send_due(lambda: AT)
    send_due(lambda: AT + timedelta(hours=1))
    [mail] = sink.mails
    assert mail["Message-ID"] == message_id(one) == message_id(Message.objects.get(pk=one.pk))
    others = [
        message(ada, subject=one.subject, level=1),
        message(ada, subject=one.subject, at=AT + timedelta(days=1)),
        message(ada, subject=one.subject, kind="other"),
        message(ada),
    ]
    assert len({message_id(each) for each in [one, *others]}) == 5
    assert message_id(one).endswith("@localhost>")
    assert str(one.subject) not in message_id(one)
