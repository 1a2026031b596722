"""What the log has to say of one request: who asked, what came of it, of which case, or what was not there."""

from collections.abc import Sequence

from django.http import HttpResponse

from csec.accounts.models import User
from tests.matrix.asking import Event
from tests.matrix.cells import Address
from tests.matrix.world import World

#: What an address is about, the first of these that it names.
ABOUT = (
    "case_id",
    "concern_id",
    "transfer_id",
    "duty_id",
    "records_id",
    "user_id",
    "membership_id",
    "school_id",
    "closure_id",
    "agency_id",
    "student_id",
    "merge_id",
)
#: In a drill invented colleagues act: what each does is in the log as a request of its own, beside the one that asked.
OTHERS_ACT = {"let_others_answer"}
#: What a person does with their drill, and not their twin in it.
OF_THE_PERSON = {"go_on", "end_drill", "leave_drill"}


def unlogged(
    address: Address, who: str, world: World, answer: HttpResponse, found: Sequence[Event]
) -> list[str]:
    """What is missing or wrong in what was written of this answer; nothing, when all is well."""
    person = world.people[who]
    assert person
    if address.name in OTHERS_ACT and who == "twin" and len(found) > 1:
        return []
    if len(found) != 1:
        return [f"{len(found)} events"]
    event, status = found[0], answer.status_code
    actor = world.learner if who == "twin" and address.name in OF_THE_PERSON and status < 400 else person
    expected = {"actor": actor.pk, "result": result_of(status)}
    if status == 404:
        expected |= _asked_for(address, who, person)
    elif case := case_of(address, world):
        expected["case_id"] = case
    elif status == 200:
        # A page about something that is of no case, or of one only for some of its readers.
        expected |= {"subject": address.named[name] for name in ABOUT[1:5] if name in address.named}  # noqa: B035
    said = event._asdict()
    return [f"{name} {said[name]}, not {value}" for name, value in expected.items() if said[name] != value]


def result_of(status: int) -> str:
    if status < 400:
        return "done"
    return {403: "denied", 404: "not_found"}.get(status, "refused")


def case_of(address: Address, world: World) -> object:
    """The case by whose address it is, or in which the thing hangs that it names."""
    if "case_id" in address.named:
        return address.named["case_id"]
    return world.cases[address.state].ids["case_id"] if "transfer_id" in address.named else None


def _asked_for(address: Address, who: str, person: User) -> dict[str, object]:
    """What is not there for somebody to whom nothing of it is: the thing that the whole address is about."""
    if not person.roles & address.declared.roles:
        # The page is not there, whatever it is about.
        return {}
    if address.thing and not address.thing.people.get(who):
        return {"subject": next(address.named[name] for name in ABOUT if name in address.named)}
    return {}
