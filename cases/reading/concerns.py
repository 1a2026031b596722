"""The lists of concerns: those that wait for the reader, those that were dealt with, and those that they recorded."""

from cases.models import Concern
from cases.reading.keyset import Slice, slice_of
from cases.reading.told_apart import tell_apart
from csec.accounts.models import User

SIZE = 50
#: By what an address calls them, in their order on the page.
WAITING, ENDED, WRITTEN = "waiting", "ended", "written"


def list_concerns(
    reader: User, *, which: str = "", after: str | None = None, size: int = SIZE
) -> dict[str, Slice[Concern]]:
    """
    Each list with its first page, or the page of the one that is asked for.

    What waits the longest comes first; of the rest the latest does. Whoever only reports deals with none.
    """
    visible = Concern.objects.visible_to(reader).select_related("school", "receiver", "student__merged_into")
    lists = {WRITTEN: visible.written_by(reader)}
    if not reader.reporter_only:
        held = visible.held_by(reader)
        ended = held.exclude(status=Concern.Status.RECEIVED)
        lists = {WAITING: held.waiting(), ENDED: ended, **lists}
    if which in lists:
        lists = {which: lists[which]}
    else:
        after = None
    pages = {
        name: slice_of(rows, by="logged_at", after=after, size=size, descending=name != WAITING)
        for name, rows in lists.items()
    }
    if WRITTEN in pages:
        tell_apart(pages[WRITTEN].rows)
    return pages
