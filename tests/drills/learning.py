"""Somebody who learns: their browser, and their drill as it stands."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cases.models import Case, Concern
from csec.accounts.models import User
from csec.directory.models import District
from csec.identity import acting_as
from csec.routes import DRILL, PUBLIC
from tests.matrix.cells import routes


class Learner:
    """A person with a browser, and what they have come to in their drill."""

    def __init__(self, person: User, *, strict: bool = False) -> None:
        District.objects.get_or_create(name="Redwood District")
        self.person = person
        self.client = Client(enforce_csrf_checks=strict)
        self.client.force_login(person)

    def post(self, name: str, **typed: Any) -> HttpResponse:
        return self.client.post(reverse(f"drills:{name}"), typed)

    def begins(self, situation: str = "suspected_victim") -> "Learner":
        assert self.post("begin_drill", situation=situation).status_code == 302
        return self

    def lets_the_others_answer(self) -> str:
        """What the page says that they did."""
        answer = self.client.post(reverse("drills:let_others_answer"), {"back": "/"}, follow=True)
        return " ".join(str(message) for message in answer.context["messages"])

    @property
    def twin(self) -> User:
        pk = self.client.session[DRILL]
        with acting_as(pk):
            twin = User.objects.get(pk=pk)
            twin.current_memberships  # noqa: B018 - read while they are to be seen
            return twin

    @property
    def concern(self) -> Concern:
        with acting_as(self.twin.pk):
            return Concern.objects.visible_to(self.twin).select_related("school", "key").get()

    @property
    def case(self) -> Case:
        with acting_as(self.twin.pk):
            found = Case.objects.visible_to(self.twin)
            return found.select_related("school", "key", "protocol", "student").get()

    def people(self) -> dict[str, User]:
        """Everybody in the drill, by name."""
        with acting_as(self.twin.pk):
            return {person.name: person for person in User.objects.all()}


#: The words by which anything of a drill is known, wherever it shows.
SIGNS = ("DRILL-", "Drill School", "Toni Teacher", "Sky Student", "Invented for a drill")


def signs_in(answer: HttpResponse) -> list[str]:
    return [sign for sign in SIGNS if sign in answer.content.decode()]


def without_ids() -> Iterator[tuple[str, Any]]:
    """Every page that is about nothing in particular: lists, searches, figures, forms, the first screen."""
    for name, pattern in routes():
        declared = pattern.callback.declared  # type: ignore[attr-defined]
        if not pattern.pattern.converters and "GET" in declared.methods and declared.roles != PUBLIC:
            yield name, declared
