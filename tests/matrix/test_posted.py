"""What is posted to a form: the ids that it names, and fields that it does not have."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse

from cases.models import Case, Concern
from csec.accounts.models import User
from csec.directory.models import School, Student
from tests.matrix.asking import undone
from tests.matrix.cells import Address, addresses, routes
from tests.matrix.forms import complaints, fields_of, filled, holds_an_id, made, with_another
from tests.matrix.posts import POSTS, Post
from tests.matrix.rows import change, rows
from tests.matrix.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

NAMES = [
    name
    for name, pattern in routes()
    if "POST" in pattern.callback.declared.methods  # type: ignore[attr-defined]
]
#: Ids that name no row to choose, each with its answer to any other one, and the reason.
CARRIED_ALONG: dict[tuple[str, str], tuple[int, str]] = {
    ("plan_checkins", "version"): (409, "the schedule that the page showed: any other one is out of date"),
    ("supplement_concern", "addition_id"): (302, "made on the page, and one's own whatever it is"),
    ("log_concern", "concern_id"): (302, "made on the page: what it names is made by this form"),
    ("open_targeted_case", "concern_id"): (302, "made on the page: what it names is made by this form"),
    ("make_paper", "paper_id"): (200, "made on the page: what it names is made by this form"),
    ("log_records_request", "request_id"): (302, "made on the page: what it names is made by this form"),
    ("match_records_request", "before"): (409, "the student whom the page showed: any other is out of date"),
    ("review_case", "last"): (409, "the latest review that the page showed: any other is out of date"),
    ("review_releases", "last"): (409, "the latest entry that the page showed: any other is out of date"),
}
#: A concern that was sent is not sent twice, whoever asks. Its id was shown to its author and its readers alone.
SENT_ALREADY = {
    ("log_concern", "a concern of another school"), ("open_targeted_case", "a concern of another school"),
}  # fmt: skip
#: What is typed is kept as it is, sealed, whatever it is: the form takes out of it what is its own.
KEEPS_IT_ALL = "keep_draft"


def test_every_form_has_its_right_posting() -> None:
    assert {name.split(":")[-1] for name in NAMES} == set(POSTS)


class Sender:
    """Sends one form rightly, and again with something else in it; everything is taken back."""

    def __init__(self, world: World, route: str) -> None:
        self.world, self.name = world, route.split(":")[-1]
        self.post: Post = POSTS[self.name]
        self.client = world.clients[self.post.who]
        self.address: Address = next(a for a in addresses(world, route) if a.state in (self.post.state, ""))
        self.data = self.right_data()

    def right_data(self) -> dict[str, Any]:
        shown = filled(self.client, self.address.path) if "GET" in self.address.declared.methods else {}
        typed = self.post.data(self.world)
        for name in [name for name in typed if name.endswith("*")]:
            words = typed.pop(name)
            with made() as found:
                self.client.get(self.address.path)
            typed |= {one: words for one in fields_of(found) if one.startswith(name[:-1])}
        return shown | typed

    def send(self, **more: Any) -> tuple[HttpResponse, list[str]]:
        """The answer, and what it changed."""
        before = rows()
        with undone():
            answer = self.client.post(self.address.path, self.data | more)
            after = rows()
        # What was said of the one before would be said on the next page.
        self.client.cookies.pop("messages", None)
        return answer, change(before, after)


def what_is_said(answer: HttpResponse, other: Any) -> str:
    """The page without what is drawn by lot, and without the id that was posted."""
    text = answer.content.decode().replace(str(other), "the id")
    return re.sub(r'name="(csrfmiddlewaretoken|draft_of)" value="[^"]*"', "", text)


@pytest.mark.parametrize("route", NAMES)
def test_an_id_that_is_not_for_its_sender_is_refused_like_one_that_does_not_exist(
    route: str, world: World
) -> None:
    with undone():
        POSTS[route.split(":")[-1]].before(world)
        sender = Sender(world, route)
        with made() as found:
            answer, right = sender.send()
        assert answer.status_code == sender.post.answer, complaints(found)
        for name, field in fields_of(found).items():
            sent = sender.data.get(name)
            if holds_an_id(name, field, sent):
                refused(sender, name, sent, right)


#: A student of any school can be meant by a request, also one who has left.
OF_ALL_SCHOOLS = {
    ("match_records_request", "student"): {"a student of another school", "a student who has left"},
}


def refused(sender: Sender, name: str, sent: Any, right: list[str]) -> None:
    said = {}
    for what, other in sender.world.foreign.items():
        if what in OF_ALL_SCHOOLS.get((sender.name, name), ()):
            continue
        more = with_another(name, sent, other)
        answer, changed = sender.send(**more)
        where = f"{sender.name}.{name} with {what}"
        if name not in more:
            # The id is in the name of the field: a field that was not asked for says nothing.
            assert changed == right, where
            continue
        status, _reason = CARRIED_ALONG.get((sender.name, name), (422, ""))
        if (sender.name, what) in SENT_ALREADY and status == 302:
            status = 409
        assert answer.status_code == status, where
        if status == sender.post.answer:
            assert len(changed) == len(right), where
            continue
        assert not changed, where
        if status == 422:
            assert name in answer.context["form"].errors, where
        said[what] = what_is_said(answer, other)
    nothing = said.get("nothing", "")
    told = {what: _differing(text, nothing) for what, text in said.items() if nothing not in ("", text)}
    assert not told, f"{sender.name}.{name}: what is there is told from what is not"


def _differing(text: str, other: str) -> list[str]:
    return [line for line in text.splitlines() if line not in other.splitlines()][:3]


WORDS, DAY_, NUMBER = "Planted words", "1999-09-09", "77"


def batched(found: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """So many at a time."""
    rows_ = list(found)
    return (rows_[at : at + most] for at in range(0, len(rows_), most))


def planted(world: World) -> dict[str, list[str]]:
    """Every field of every table of ours, by its name and by its column, with a value that it could have."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        if model.__module__.split(".")[0] in ("cases", "csec", "district", "protocols"):
            for field in model._meta.concrete_fields:
                for name in {field.name, field.attname}:
                    found.setdefault(name, []).append(plausible(field, world))
    # Each value once: there are more fields of that name than a request may have.
    return {name: sorted(set(values)) for name, values in found.items()}


def plausible(field: "models.Field[Any, Any]", world: World) -> str:
    staff = world.staff
    rows_of: dict[Any, Any] = {
        User: staff.elsewhere.pk,
        School: staff.other_school.pk,
        Student: world.stranger.pk,
        Case: world.cases["other"].ids["case_id"],
        Concern: world.concerns["other"].ids["concern_id"],
    }
    if field.related_model:
        return str(rows_of.get(field.related_model, world.nothing))
    if field.choices:
        return str(list(field.flatchoices)[-1][0])
    kinds = {
        models.UUIDField: str(world.nothing),
        models.BooleanField: "true",
        models.DateTimeField: f"{DAY_}T09:09",
        models.DateField: DAY_,
        models.IntegerField: NUMBER,
    }
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), WORDS)


@pytest.mark.parametrize("route", NAMES)
def test_a_field_that_the_form_does_not_have_changes_nothing(route: str, world: World) -> None:
    with undone():
        POSTS[route.split(":")[-1]].before(world)
        sender = Sender(world, route)
        with made() as found:
            answer, right = sender.send()
        assert answer.status_code == sender.post.answer, complaints(found)
        own = {*fields_of(found), *sender.data}
        more = {name: sorted(set(values)) for name, values in planted(world).items() if name not in own}
        assert len(more) > 100
        # No request may have more than so many fields.
        for some in batched(more.items(), 80):
            before = rows()
            with undone():
                again = sender.client.post(sender.address.path, sender.data | dict(some))
                after = rows()
            changed = change(before, after)
            if sender.name == KEEPS_IT_ALL:
                right, changed = [
                    [re.sub(r"\d+ sealed", "sealed", one) for one in both] for both in (right, changed)
                ]
            assert (again.status_code, changed) == (answer.status_code, right)
            assert not [table for table, row in after - before if DAY_ in row]
