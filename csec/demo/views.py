"""The first page of the demo: everybody in the invented district, and one click to be them."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from cases.text import Words
from csec import languages
from csec.accounts.gate import past_a_drill
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.audit.log import record, request_log
from csec.demo.styleguide import everything
from csec.routes import PUBLIC, route

#: What somebody who signs in as one of them will see.
SEES = {
    Role.COUNSELOR: _(
        "Receives the school’s concerns, opens cases from them and carries them: what needs a call now, what is"
        " late, what is next."
    ),
    Role.SOCIAL_WORKER: _(
        "Stands in when the counselor cannot, on one list for both schools; carries what was handed over."
    ),
    Role.SRO: _(
        "Is asked in, accepts or declines, does the investigation steps and reports back in four words. Reads"
        " nothing of the restricted section."
    ),
    Role.ADMINISTRATOR: _(
        "Reviews all open cases of the school, looks into the impact on campus, decides on consequence and"
        " placement."
    ),
    Role.LIAISON: _(
        "Reads how the cases of all schools stand, and opens one when something in it is asked of the district."
        " Alone can void a case."
    ),
    Role.COUNSEL: _(
        "Answers requests for records, and opens the case of one for that alone. Otherwise is on no case: opens one"
        " only when put on it, or by its number in an emergency."
    ),
    Role.REPORTER: _(
        "Records a concern in under a minute, then reads that it was received. Never sees a case."
    ),
}
#: The same for the backup of a receiver in the same role.
SEES_AS_BACKUP = _(
    "Stands in when the first receiver cannot: sees the same new concerns, and takes them over."
)


@dataclass
class Character:
    """Somebody to sign in as: shown once, at the first of their schools."""

    person: User
    title: Words
    sees: Words
    also_at: list[str]
    first: bool = False


@dataclass
class Place:
    """A school, or the district, with its people in the order in which a newcomer meets them."""

    name: Words
    people: list[Character]


@route(PUBLIC)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by school; the counselor with whom to begin comes first."""
    only_in_the_demo()
    return render(request, "demo/people.html", {"places": places()})


@route(PUBLIC, methods=("POST",))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the invented person chosen, without a password, and go to their first screen."""
    only_in_the_demo()
    try:
        chosen = UUID(request.POST.get("person", ""))
        person = User.objects.get(pk=chosen, is_active=True, invented__isnull=False)
    except (ValueError, User.DoesNotExist):
        raise Http404 from None
    with request_log():
        record("signed_in", actor=person.pk, role=person.main_role)
        login(request, person)
    answer = past_a_drill(person, redirect("home"))
    if person.language:
        languages.remember(answer, person.language)
    return answer


@route(PUBLIC)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build pages; with no database."""
    only_in_the_demo()
    return render(request, "demo/styleguide.html", everything())


def only_in_the_demo() -> None:
    """Raise Http404 elsewhere. The addresses are not even there then; this is the second lock."""
    if not settings.DEMO or settings.PRODUCTION:
        raise Http404


def places() -> list[Place]:
    """The schools by name, then the district, in one query."""
    invented = Membership.objects.current().filter(person__invented__isnull=False)
    rows = sorted(invented.select_related("person", "school"), key=_order)
    found: dict[str, Place] = {}
    shown: dict[UUID, Character] = {}
    for row in rows:
        if row.person_id in shown:
            if row.school:
                shown[row.person_id].also_at.append(row.school.name)
            continue
        name = row.school.name if row.school else ""
        place = found.setdefault(name, Place(name or _("The whole district"), []))
        role = Role(row.role)
        backup = role == Role.COUNSELOR and row.receives == Membership.Receives.BACKUP
        sees = SEES_AS_BACKUP if backup else SEES[role]
        shown[row.person_id] = Character(row.person, role.label, sees, [], first=not shown)
        place.people.append(shown[row.person_id])
    return list(found.values())


def _order(row: Membership) -> tuple[bool, str, int, int, str]:
    """By school, the district last; then by role as `Role` lists them, the receiver of concerns first."""
    return (
        row.school is None,
        row.school.name if row.school else "",
        list(Role).index(Role(row.role)),
        row.receives or 9,
        row.person.name,
    )
