"""
In which language somebody reads: the one that they chose, else the one of this browser's cookie, else the first of
those that the browser asks for, else English.

Django's middleware decides by the cookie and by what the browser asks for, which needs no session and no database:
public pages stand without both. What somebody chose for themselves is known to the gates that know the person, and the
cookie is set to the same, so that the public pages follow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

#: What stands in the cookie is one of these words and nothing else.
KNOWN = frozenset(code for code, _name in settings.LANGUAGES)
FOR = timedelta(days=365)


def speak_to(person: Any, request: HttpRequest) -> None:
    """From here on this request is answered in what the person chose, if they did."""
    if person.language in KNOWN:
        _speak(person.language, request)


def speak_as_asked(request: HttpRequest) -> None:
    """In what the browser asks for, whatever the cookie said: the person leaves it to the browser from now on."""
    request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
    _speak(translation.get_language_from_request(request), request)


def _speak(language: str, request: HttpRequest) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()


@contextmanager
def written_to(language: str) -> Iterator[None]:
    """What is sent to somebody: in the language that they chose, or English. There is no browser to ask."""
    with translation.override(language if language in KNOWN else settings.LANGUAGE_CODE):
        yield


@contextmanager
def of_the_record() -> Iterator[None]:
    """Words of ours that are kept: in English, whoever caused them, so that a record is in one language."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def remember(response: HttpResponse, language: str) -> None:
    """For the pages that do not know who reads them, for a year. Without a language: forget it."""
    name = settings.LANGUAGE_COOKIE_NAME
    if language not in KNOWN:
        response.delete_cookie(name, samesite="Lax")
        return
    response.set_cookie(
        name, language, max_age=FOR, secure=settings.PRODUCTION, httponly=True, samesite="Lax"
    )
