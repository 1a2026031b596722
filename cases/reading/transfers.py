"""What the pages say of a transfer: on the first screens, on the pages of a case, and to whom it is offered."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Func, JSONField, Q
from django.utils.translation import gettext as _

from cases.kept import again
from cases.models import Case, Transfer, TransferSection
from cases.text import Words
from csec.accounts.models import User

#: How long a summary for outside of the district can be read and printed by whoever made it.
PRINTED_WITHIN = timedelta(hours=1)


class WaitingTransfer(NamedTuple):
    """
    A transfer that waits, on a first screen: `mine` is what it is to the reader.

    They receive it, or sent it; or it waits at their school, for somebody else, of whom alone they read.
    """

    transfer: str | None
    case: str | None
    mine: str
    zone: ZoneInfo
    state: str
    kind: str
    number: str
    from_school: str
    to_school: str | None
    receiver: str | None
    since: datetime
    late: bool


class AllWaiting(Func):
    """
    Those that wait for the reader at a moment, as one value: PostgreSQL finds it once for all rows of a query.

    It looks past what the reader may open, and tells of it no more than `WaitingTransfer`.
    """

    template = "(SELECT jsonb_agg(to_jsonb(one)) FROM transfers_waiting(%(expressions)s) AS one)"
    output_field = JSONField()


def transfers_waiting(found: Sequence[dict[str, Any]] | None) -> list[WaitingTransfer]:
    """From that value, what waits longest first."""
    names = WaitingTransfer._fields
    rows = [
        WaitingTransfer(*(row["of_case" if name == "case" else name] for name in names))._replace(
            since=datetime.fromisoformat(row["since"]), zone=ZoneInfo(row["zone"])
        )
        for row in found or ()
    ]
    return sorted(rows, key=lambda row: (row.since, str(row.transfer)))


def transfers_with(cases: Sequence[Any], reader: User, at: datetime) -> list[WaitingTransfer]:
    """Those that come with the reader's cases (see reading.asking); asked for alone where there are none."""
    if cases or reader.reporter_only:
        return transfers_waiting(cases[0].moving if cases else None)
    return transfers_alone(at)


def transfers_alone(at: datetime) -> list[WaitingTransfer]:
    """The same for somebody who sees no case with which they could come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT jsonb_agg(to_jsonb(one)) FROM transfers_waiting(%s) AS one", [at])
        [found] = cursor.fetchone()
    return transfers_waiting(json.loads(found) if isinstance(found, str) else found)


def banners(case: Case) -> Iterator[Words]:
    """What the page of a case says first of its transfers; they come with the case (see views.pages)."""
    for row in getattr(case, "transfers_kept", ()):
        if row["new_case"] == str(case.pk):
            yield _("Carried over from %(school)s.") % {"school": row["from_school"]}
        elif row["state"] == Transfer.State.ACCEPTED:
            yield _("%(who)s, %(school)s, has taken the student over. This record is kept to be read.") % {
                "who": row["receiver"],
                "school": row["to_school"],
            }
        elif row["state"] == Transfer.State.ASKED:
            yield _("A transfer was decided. Offer it to somebody at the receiving school.")
        elif row["state"] == Transfer.State.OPEN and row["kind"] == Transfer.Kind.SCHOOL:
            yield _("A transfer waits for %(who)s, %(school)s. Until it is accepted the case stays here.") % {
                "who": row["receiver"],
                "school": row["to_school"],
            }
        elif row["state"] == Transfer.State.OPEN and row["kind"] == Transfer.Kind.OUTSIDE:
            yield _(
                "A summary for outside of the district was made, to be handed over on paper, and nobody has"
                " acknowledged the student yet. Until then the case stays open, and the district’s liaison sees it."
            )
        elif row["state"] == Transfer.State.OPEN:
            yield _(
                "The student left, and nobody has acknowledged them yet. Until then the case stays open, and the"
                " district’s liaison sees it."
            )


@dataclass
class TransferView:
    """One transfer on the page of its case, with the words that its reader may read."""

    row: Transfer
    facts: list[tuple[Words, str]]
    titles: list[str]
    #: By which the case came here: what was said of it at the school before is that school's.
    incoming: bool = False
    #: Whether its sections are on its page for this reader now.
    readable: bool = True
    #: Of one for outside: until when it can be printed by whoever made it.
    printed_until: datetime | None = None


def of_case(case: Case, reader: User, at: datetime) -> list[TransferView]:
    """The transfers of a case, also the one by which it came, the latest first, as its reader has them at a moment."""
    rows = Transfer.objects.filter(Q(case=case) | Q(new_case=case)).select_related(
        "from_school", "to_school", "receiver", "offered_by", "answered_by", "began_by", "key"
    )
    found = []
    for row in rows.prefetch_related("sections").order_by("-began_at", "-id"):
        titles = [str(one.get_section_display()) for one in row.sections.all()]
        if row.new_case_id == case.pk:
            found.append(TransferView(row, [(_("From"), row.from_school.name)], titles, incoming=True))
            continue
        words = row.words(case.key)
        key = row.key if row.state == Transfer.State.REFUSED else case.key
        told = row.answer(key) if key else {}
        labels: dict[str, Words] = {
            "recipient": _("Recipient"),
            "reason": _("Reason"),
            "counseling_reason": _("Why the restricted section"),
        }
        facts = [(label, words[name]) for name, label in labels.items() if words.get(name)]
        facts += [
            (label, again(told[name]))
            for name, label in (("reason", _("Answer")), ("acknowledged_by", _("Acknowledged by")))
            if told.get(name)
        ]
        readable = can_be_read(row, reader, at)
        found.append(TransferView(row, facts, titles, readable=readable, printed_until=printed_until(row)))
    return found


def came_by(case: Case) -> Transfer | None:
    """The transfer by which a case came to its school."""
    rows = Transfer.objects.filter(new_case=case, state=Transfer.State.ACCEPTED)
    return rows.select_related("from_school").first()


def told(transfer: Transfer) -> list[tuple[str, list[list[str]]]]:
    """The sections that the reader may read, by their titles."""
    rows = TransferSection.objects.filter(transfer=transfer)
    return [(str(row.get_section_display()), row.lines(transfer.key)) for row in rows] if transfer.key else []


def can_be_read(transfer: Transfer, reader: User, at: datetime) -> bool:
    """Whether its sections are shown: of one for outside only to whoever made it, for as long as it is printed."""
    if transfer.kind != Transfer.Kind.OUTSIDE:
        return True
    until = printed_until(transfer)
    return transfer.offered_by_id == reader.pk and until is not None and at < until


def printed_until(transfer: Transfer) -> datetime | None:
    """Until when whoever made one for outside reads and prints it; of any other None."""
    if transfer.kind != Transfer.Kind.OUTSIDE or transfer.offered_at is None:
        return None
    return transfer.offered_at + PRINTED_WITHIN
