"""What a method may do, whatever the page: a safe one reads, and an unsafe one comes from a page of ours."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from csec.drafts import store
from tests.accounts.sign_in_routes import ROUTES as SIGN_IN
from tests.accounts.sign_in_routes import address
from tests.matrix.asking import undone
from tests.matrix.cells import addresses
from tests.matrix.rows import rows, written
from tests.matrix.world import WHO, World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

UNSAFE = ("post", "put", "patch", "delete")
#: What the addresses of sign-in name; of none of it is anything there.
OF_SIGN_IN = {"uidb36": "1", "key": "set-password", "pk": 1, "provider_id": "google"}


def patterns(found: list[object], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route there is, also those of sign-in."""
    for one in found:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}", one
        else:
            name = getattr(one, "namespace", None)
            yield from patterns(one.url_patterns, f"{name}:" if name else space)  # type: ignore[attr-defined]


def paths(world: World) -> set[str]:
    """An address of every route; those of a case in the case that the counselor carries."""
    declared = {a.route: a.path for a in addresses(world) if a.state in ("own", "")}
    for name, pattern in patterns(get_resolver().url_patterns):
        if name not in declared:
            named = {
                one: OF_SIGN_IN[one] for one in pattern.pattern.converters or pattern.pattern.regex.groupindex
            }
            declared[name] = reverse(name, kwargs=named)
    return set(declared.values())


def strict(world: World, who: str) -> Client:
    """Somebody's browser, to which the protection against other sites' forms is not switched off."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.clients[who].cookies
    return client


def test_nothing_is_taken_from_a_page_that_is_not_ours(world: World) -> None:
    client, before = strict(world, "counselor"), rows()
    for path in paths(world):
        with undone():
            for method in UNSAFE:
                assert getattr(client, method)(path, {"reason": "Planted."}).status_code == 403, (
                    method,
                    path,
                )
            assert not written(before, rows()), path


def test_what_was_typed_into_a_form_that_is_out_of_date_is_kept_for_its_author_and_nothing_else(
    world: World,
) -> None:
    """The one exception: the form carries its author's signed word for which draft it is, and only that is written."""
    client, before = strict(world, "teacher"), rows()
    form = {store.FIELD: world.token("teacher"), "account": "A car."}
    with undone():
        assert client.post(reverse("cases:log_concern"), form).status_code == 403
        assert written(before, rows()) == ["crypto_datakey", "drafts_draft"]
    with undone():
        assert client.post(reverse("cases:log_concern"), form | {store.FIELD: "forged"}).status_code == 403
        assert not written(before, rows())


def test_no_route_is_exempt() -> None:
    for name, pattern in patterns(get_resolver().url_patterns):
        assert not getattr(pattern.callback, "csrf_exempt", False), name


@pytest.mark.parametrize("who", WHO)
def test_reading_writes_the_log_and_that_somebody_is_there_alone(who: str, world: World) -> None:
    """Whatever comes of it: a page, a refusal, nothing at all. One after the other is only looked at to say which."""
    before = rows()
    opened = [one.path for one in addresses(world) if "GET" in one.declared.methods]
    with undone():
        for path in opened:
            world.clients[who].get(path)
        well = not written(before, rows())
    for path in () if well else opened:
        with undone():
            world.clients[who].get(path)
            assert not written(before, rows()), path
    assert well, "Several of them together wrote what none writes alone."


@pytest.mark.parametrize("who", WHO)
def test_reading_a_page_of_sign_in_writes_nothing_else_either(who: str, world: World) -> None:
    """Some of them end the session, so each is asked by a browser of its own."""
    before = rows()
    for name, (_whom, methods) in SIGN_IN.items():
        if "GET" in methods:
            client = Client()
            client.cookies.load({key: one.value for key, one in world.clients[who].cookies.items()})
            with undone():
                client.get(address(name))
                assert not written(before, rows()), name
