"""What was found in the log and told to its reader, for their first screen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from csec.accounts.models import User
from csec.accounts.roles import OVERSEERS
from csec.delivery.models import Message

#: So long it stays on the first screen.
SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Found:
    """Somebody opened very many cases (`who`), or the log was not sealed; in the hour that begins at `at`."""

    kind: str
    at: datetime
    who: str


def watched(reader: User, at: datetime) -> list[Found]:
    """The latest first; of a message that was withdrawn nothing is left to say."""
    if not reader.roles & OVERSEERS:
        return []
    said = Message.objects.filter(
        recipient=reader, kind__in=("many_opened", "log_unsealed"), due__gt=at - SHOWN_FOR
    ).exclude(state=Message.State.WITHDRAWN)
    rows = list(said.order_by("-due", "id"))
    names = {person.pk: person.name for person in User.objects.filter(pk__in=[row.subject for row in rows])}
    return [Found(row.kind, row.due, names.get(row.subject, "")) for row in rows]
