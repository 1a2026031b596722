"""What must come of each request, worked out from what stands beside its route and from who the person is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from csec.routes import Declaration
from tests.matrix.world import PARTS, Thing, World

METHODS = ("get", "post", "head", "options", "put", "patch", "delete", "trace")
#: A page, or the words that a form was not taken; never a refusal.
ANSWERED = frozenset({200, 302, 409, 422})


@dataclass(frozen=True)
class Address:
    """One route, filled in for one case, concern or neither."""

    name: str
    route: str
    path: str
    declared: Declaration
    #: Of which thing it is; "" for a route that is about none.
    state: str
    thing: Thing | None
    #: What the address names, by the names of its route.
    named: dict[str, Any]

    @property
    def thing_ids(self) -> set[str]:
        return set(self.thing.ids) if self.thing else set()


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every declared route, with the name by which it is reversed."""
    yield from _in(get_resolver().url_patterns, "")


def _in(patterns: Any, space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if getattr(pattern.callback, "declared", None):
                yield f"{space}{pattern.name}", pattern
        else:
            name = getattr(pattern, "namespace", None)
            yield from _in(pattern.url_patterns, f"{name}:" if name else space)


def addresses(world: World, route: str = "") -> Iterator[Address]:
    """All of them, or those of one route."""
    for full, pattern in routes():
        if route not in ("", full):
            continue
        name, declared = str(pattern.name), pattern.callback.declared  # type: ignore[attr-defined]
        asked = set(pattern.pattern.converters)
        things: dict[str, Thing | None]
        if "case_id" in asked:
            # A void case is there for the sake of its rows.
            things = {state: case for state, case in world.cases.items() if state != "void"}
        elif "duty_id" in asked:
            things = dict(world.duties)
        elif "concern_id" in asked:
            things = dict(world.concerns)
        elif "transfer_id" in asked:
            things = dict(world.transfers)
        elif asked & {"user_id", "membership_id"}:
            things = dict(world.colleagues)
        else:
            things = {"": None}
        for state, thing in things.items():
            given = dict(thing.ids) if thing else dict(world.of_nobody)
            if thing and thing.parts:
                given["part_id"] = thing.parts[PARTS.get(name, "report")]
            if name == "readmit_person":
                given["person_id"] = given["kept_away"]
            if name == "record_agreement":
                given["membership_id"] = given["officers"]
            named = {one: given[one] for one in asked}
            yield Address(name, full, reverse(full, kwargs=named), declared, state, thing, named)


def expected(address: Address, method: str, who: str, world: World) -> frozenset[int]:
    """The answers that may come of it."""
    declared, person = address.declared, world.people[who]
    if method.upper() not in declared.methods:
        return frozenset({405})
    if declared.public:
        return ANSWERED | {404} if address.name == "feed" else ANSWERED | {503}
    if person is None:
        return frozenset({302})
    if person.drill_id and not declared.in_drills:
        return frozenset({403})
    if not person.roles & declared.roles:
        return frozenset({404})
    if address.thing is None:
        return _of_oneself(address, who)
    there = address.thing.people.get(who, frozenset())
    if not there:
        return frozenset({404})
    if who == "twin" and address.name == "review_emergency_access":
        # Nobody of the district is in a drill, to open a case in an emergency.
        return frozenset({404})
    if who == "twin" and address.name == "correct_entry":
        # What was recorded in a drill is the learner's own.
        return ANSWERED
    may = declared.may
    if who == "sro" and world.row_security and PARTS.get(address.name) in address.thing.counseling:
        return frozenset({404})
    if "actor" in may:
        may = may - {"actor"} | address.thing.actors[PARTS.get(address.name, "impact")]
    if may and not there & may:
        return frozenset({403})
    return ANSWERED


def _of_oneself(address: Address, who: str) -> frozenset[int]:
    if address.name == "withdraw_away":
        return ANSWERED if who in ("counselor", "administrator", "excluded", "liaison") else frozenset({404})
    if address.name == "keep_draft":
        return frozenset({204, 400, 403})
    return ANSWERED
