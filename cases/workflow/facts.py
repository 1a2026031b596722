"""New facts: what was called insufficient evidence is asked again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.kept import as_kept, ours
from cases.models import Case, Entry, Outcome, StepPart
from cases.workflow.duties import ask_again
from cases.workflow.entries import Written, write_entry
from csec.accounts.models import User

#: All that the officer is told: what came in is read by those to whom it was told.
NEW_FACTS = ours(_("New facts came in."))


def ask_website_again(case: Case, *, actor: User, at: datetime, before: datetime | None = None) -> None:
    """
    Open the entry into the website again on a locked case's open track, where it had ended as not applicable.

    Given `before`, only where that was recorded earlier.
    """
    ended = StepPart.objects.select_for_update().filter(
        case=case,
        run__ended_at__isnull=True,
        kind__in=kinds.ON_WEBSITE,
        outcome=Outcome.NOT_APPLICABLE,
    )
    for part in ended:
        if before and part.entries.latest("number").recorded_at >= before:
            continue
        write_entry(case, part, Written(Outcome.REOPENED, at, reason=as_kept(NEW_FACTS)), actor=actor, at=at)


def facts_came_in(
    case: Case,
    part: StepPart,
    outcome: str,
    values: Mapping[str, Any],
    *,
    actor: User,
    at: datetime,
    before: Entry | None = None,
) -> None:
    """
    The same after an entry about a part of the track that may bring facts.

    What is new of the student asks for reports again as well, once: not where the entry `before`, which this one
    corrects or follows, said so already.
    """
    if part.run.ended_at is not None:
        return
    if kinds.website.brings_facts(part.kind, outcome, values):
        ask_website_again(case, actor=actor, at=at)
    new = kinds.website.news(part.kind, outcome, values)
    if not new:
        return
    if before is not None and hasattr(before, "evidence"):
        said = kinds.website.news(part.kind, before.outcome, before.evidence.facts(case.key))
        if said == new:
            return
    ask_again(case, at=at)
