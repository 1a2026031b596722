"""By what somebody tells their own concerns apart where no student is named: when each was recorded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from uuid import UUID

from django.utils.translation import gettext as _

from cases.models import Concern
from cases.reading.duties import DutyTask
from cases.reading.when import moment


def tell_apart(concerns: Sequence[Concern], duties: Sequence[DutyTask] = ()) -> None:
    """
    Say of each concern (`told_apart`) and of each duty (`about`) when the concern was recorded, in the same words.

    By that a duty is matched with its concern. Of several of one minute it is said which of them in their order.
    """
    rows = {(one.logged_at, one.pk, one.zone) for one in concerns}
    for duty in duties:
        if duty.recorded_at and duty.row.concern_id:
            rows.add((duty.recorded_at, duty.row.concern_id, duty.row.zone))
    words = _in_words(rows)
    for concern in concerns:
        concern.told_apart = words[concern.pk]
    for duty in duties:
        duty.about = words.get(duty.row.concern_id, "")


def _in_words(rows: Iterable[tuple[datetime, UUID, tzinfo]]) -> dict[UUID | None, str]:
    same: dict[str, list[UUID]] = defaultdict(list)
    for at, concern, zone in sorted(rows, key=lambda row: row[:2]):
        same[moment(at, zone)].append(concern)
    words: dict[UUID | None, str] = {}
    for when, of_that in same.items():
        for n, concern in enumerate(of_that, 1):
            which = _("%(when)s (%(n)d of %(all)d in that minute)")
            words[concern] = which % {"when": when, "n": n, "all": len(of_that)} if len(of_that) > 1 else when
    return words
