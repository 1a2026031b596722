"""
The gate of every page: who may use a route is declared in one place, and kept there.

`@route(...)` checks the method and the person, opens the transaction, tells PostgreSQL who acts, runs the
view and writes the audit event when the view itself wrote none. A route without a declaration fails a test.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from csec import errors, languages
from csec.audit.log import forget, record, request_log, written
from csec.drafts import store
from csec.errors import Absent, NotInDrills, NotPermitted
from csec.identity import acting_as

PUBLIC: frozenset[str] = frozenset()
#: No narrower than to open it.
ANYBODY_WHO_OPENS_IT: frozenset[str] = frozenset()
#: In the session: when its second factor was last shown. Without it, only what sets one up is open.
SECOND_FACTOR = "second_factor_at"
#: In the session: as whom its person acts, while they are in a drill.
DRILL = "drill"
#: A cookie that says so to the pages that read no session; it ends by itself when an idle session does.
DRILL_COOKIE = "__Host-drill" if settings.PRODUCTION else "drill"
_DRILL_COOKIE_AGE = 15 * 60

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[R, P], HttpResponse]


@dataclass(frozen=True)
class Declaration:
    """
    Who may use a route (no role: anybody, signed in or not), how, and what its reading is called.

    `may` is who, of those that may open what the address is about, may do this to it: roles there, or what somebody
    is to it (its author, its holder, an actor of the step). The view asks `permissions`; a test holds both together.
    `in_drills` is false of what a drill has no part of: the district's staff and settings, what goes out of the house.
    """

    roles: frozenset[str]
    methods: tuple[str, ...]
    event: str
    may: frozenset[str]
    in_drills: bool

    @property
    def public(self) -> bool:
        return not self.roles


def route(
    roles: Collection[str],
    *,
    methods: Collection[str] = ("GET",),
    event: str = "",
    may: Collection[str] = ANYBODY_WHO_OPENS_IT,
    in_drills: bool = True,
) -> Callable[[View[R, P]], View[R, P]]:
    """
    Declare who may use a view. `event` is what the log calls a request that wrote no event of its own.

    `may` narrows it to some of those who may open what the address is about: the others are refused (403).

    Public routes run without a transaction, a session or the log, so that they stand when PostgreSQL is gone.
    """
    declaration = Declaration(frozenset(roles), tuple(methods), event, frozenset(may), in_drills)
    if not declaration.public and not event:
        raise TypeError("A route that is not public names its event.")

    def decorate(view: View[R, P]) -> View[R, P]:
        @wraps(view)
        def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in declaration.methods:
                return HttpResponseNotAllowed(declaration.methods)
            if declaration.public:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                if store.FIELD in request.POST and not store.keep_posted(request):
                    return errors.not_kept(request)
                return to_sign_in(request)
            languages.speak_to(request.user, request)
            if lacks_second_factor(request):
                return redirect("mfa_index")
            with request_log():
                return _answer(declaration, view, request, *args, **kwargs)

        guarded.declared = declaration  # type: ignore[attr-defined]
        return guarded

    return decorate


def _answer(
    declaration: Declaration, view: Callable[..., HttpResponse], request: Any, *args: Any, **kwargs: Any
) -> HttpResponse:
    # Who is signed in, also where their twin in a drill acts for them.
    request.in_person, request.drill = request.user, False
    person = UUID(twin) if (twin := request.session.get(DRILL)) else request.user.pk
    try:
        with acting_as(person) as request.at:
            if twin and not _twin_acts(request, person):
                return _drill_is_over(request, person)
            if twin and not declaration.in_drills:
                raise NotInDrills(declaration.event)
            if not request.user.roles & declaration.roles:
                raise Absent("page")
            response = view(request, *args, **kwargs)
            if getattr(response, "streaming", False) or not getattr(response, "is_rendered", True):
                raise TypeError("A page is rendered inside its transaction.")
            if not written():
                result = "refused" if response.status_code >= 400 else "done"
                case = getattr(request, "log_case", None)
                record(
                    getattr(request, "log_event", declaration.event),
                    actor=request.user.pk,
                    role=getattr(request, "log_role", request.user.main_role),
                    subject=getattr(request, "log_subject", case),
                    case=case,
                    result=result,
                )
            return response
    except Absent as absent:
        subject = absent.subject or _asked_for(request)
        _record_denial(request, f"{absent.what}_not_found", subject, None, "not_found")
        return errors.page(request, 404)
    except NotPermitted as denied:
        _record_denial(request, denied.verb, denied.subject, denied.case, "denied")
        return errors.page(request, 403, "403_drill.html" if isinstance(denied, NotInDrills) else None)
    finally:
        # A page is shown in the zone of its school; the next one on this thread decides for itself.
        timezone.deactivate()


def _twin_acts(request: Any, twin: UUID) -> bool:
    """Put the person's twin in their place, after all that is asked of the person; False when the drill is over."""
    found = request.user.twin_in_drill(twin)
    if found is None:
        return False
    request.user, request.drill = found, True
    return True


def _drill_is_over(request: Any, twin: UUID) -> HttpResponse:
    """
    Out of a drill that ended elsewhere, said in words, and as leaving is: what is open is of the other side.

    What was sent is shown once more, to be copied: nobody ever opens that drill again, so nothing of it is kept. By
    what a page sends by itself nobody leaves: its page would go on saying that nothing here is real.
    """
    record("drill_over", actor=request.user.pk, subject=twin)
    if request.resolver_match.url_name == errors.KEPT_BY_ITSELF:
        return HttpResponseBadRequest()
    del request.session[DRILL]
    rotate_token(request)
    if request.method != "GET":
        return errors.drill_is_over(request)
    messages.warning(
        request, _("This drill is over: it was ended, or your roles have changed. What you see now is real.")
    )
    return redirect("home")


def _asked_for(request: Any) -> UUID | None:
    """The id in the address, whoever asks and whatever it is of: one who tries case after case is known by it."""
    return next((one for one in request.resolver_match.kwargs.values() if isinstance(one, UUID)), None)


def _record_denial(request: Any, verb: str, subject: UUID | None, case: UUID | None, result: str) -> None:
    """Written after the rollback, which would have taken it along."""
    forget(0)
    with acting_as(request.user.pk):
        record(
            verb,
            actor=request.user.pk,
            role=request.user.main_role,
            subject=subject,
            case=case,
            result=result,
        )


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back to the page asked for; addresses hold opaque ids only."""
    if left := request.session.get(SESSION_KEY):
        # Signed in, and nobody any more: the account was closed, or its last role has ended.
        record("session_revoked", actor=UUID(left))
        request.session.flush()
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in by a password alone where that is not enough."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and SECOND_FACTOR not in request.session


def installation(request: HttpRequest) -> dict[str, Any]:
    """What every template may know of this installation."""
    return {
        "DEMO": settings.DEMO,
        "LANGUAGES": settings.LANGUAGES,
        "SECOND_FACTOR_REQUIRED": settings.SECOND_FACTOR_REQUIRED,
        "DRILL": _drill_of(request),
    }


def _drill_of(request: HttpRequest) -> bool | str:
    """
    What the gate says of its page. Of one that reads no session "outside", where a cookie says that one is in a drill.

    The page is the same for that, and no part of the drill. The cookie says nothing else and lets nobody in.
    """
    said: bool | str | None = getattr(request, "drill", None)
    if said is not None:
        return said
    marked = request.COOKIES.get(DRILL_COOKIE) == "1" and _read_session(request) is not False
    return "outside" if marked else False


def _read_session(request: HttpRequest) -> bool | None:
    """Whether the session that was read for this request is in a drill; None when none was read."""
    session = getattr(request, "session", None)
    return DRILL in session if session is not None and hasattr(session, "_session_cache") else None


def mark_drill(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie, or take it back, by what the session says, where one was read."""
    in_drill = _read_session(request)
    if in_drill:
        response.set_cookie(
            DRILL_COOKIE,
            "1",
            max_age=_DRILL_COOKIE_AGE,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
    elif in_drill is False and DRILL_COOKIE in request.COOKIES:
        response.delete_cookie(DRILL_COOKIE, samesite="Lax")
