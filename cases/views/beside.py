"""What was just done is said beside the part of the step it was done to, where its page comes back to."""

import re
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import permissions
from cases.forms.quick import IN_PLACE
from cases.models import Case, Outcome, StepPart
from cases.reading.parts import RunView
from cases.text import Words
from csec.accounts.requests import StaffRequest

#: What a script measured; as much as a window can be high.
_PIXELS = re.compile(r"\d{1,4}")


def back_to(case: Case, part: StepPart) -> HttpResponse:
    """To the page of the case, at the part: it takes the focus there, without a script."""
    return redirect(f"{case.get_absolute_url()}#part-{part.pk}")


def recorded(request: StaffRequest, case: Case, part: StepPart, words: Words) -> HttpResponse:
    tags = f"part-{part.pk}"
    if _PIXELS.fullmatch(top := request.POST.get(IN_PLACE, "")):
        tags += f" {top}"
    messages.success(request, str(words), extra_tags=tags)
    return back_to(case, part)


def say_beside(request: StaffRequest, runs: Iterable[RunView]) -> set[str]:
    """
    Put each message to the part it is about, and how far down in the window that stood when its short form was sent.

    Returns the tags of those that found their part: the others stay above the page.
    """
    said = {message.extra_tags: message for message in messages.get_messages(request) if message.extra_tags}
    parts = {part.anchor: part for run in runs for part in run.parts} if said else {}
    found = set()
    for tags, message in said.items():
        anchor, _space, top = tags.partition(" ")
        if anchor in parts:
            parts[anchor].said, parts[anchor].top = message, top
            found.add(tags)
    return found


def ways_on(request: StaffRequest, case: Case, part: StepPart) -> list[tuple[str, str]]:
    """What the second of two may do now that somebody was first: correct that entry, or see what it says."""
    found = [(f"{case.get_absolute_url()}#part-{part.pk}", _("See what was recorded"))]
    entry = part.entries.select_related("evidence").order_by("number").last()
    if entry is None or entry.outcome in (Outcome.SUPERSEDED, Outcome.REOPENED):
        return found
    # Of a report that somebody else made there is nothing to correct: each answers for themselves.
    anothers = permissions.only_opens_again(request.user, entry)
    if permissions.can_correct_entry(request.user, case, part, entry) and not anothers:
        path = reverse("cases:correct_entry", args=[case.pk, entry.pk])
        found.insert(0, (path, _("Correct that entry")))
    return found
