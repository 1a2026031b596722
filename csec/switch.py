"""The switch at the foot of the public pages: a plain link, for whoever has no account, no script and no cookie yet."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from csec import languages
from csec.routes import PUBLIC, route


@route(PUBLIC)
def speak(request: HttpRequest, language: str) -> HttpResponse:
    """
    Set the cookie to that language, and go back to the page that the browser says it came from.

    It changes nothing that is kept here, and so may be a link: a form would need a token, and with it a cookie on pages
    that set none.
    """
    if language not in languages.KNOWN:
        raise Http404
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    # Its path alone; what is double-slashed there would lead elsewhere.
    path = urlsplit(came_from).path if ours else ""
    answer = redirect(f"/{path.lstrip('/')}")
    languages.remember(answer, language)
    return answer
