"""Making the demo, whole or not at all."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from cases.models import StepPart
from cases.workflow import Conflict, Invalid
from csec.accounts.models import User
from csec.demo.calendar import SchoolClock
from csec.demo.models import Invented
from csec.demo.people import Cast, SomebodyWasFirst, describe, make_people
from csec.demo.reporting import others_confirm
from csec.demo.stories import STORIES, Story
from csec.directory.models import District, School

ZONE = ZoneInfo("America/Los_Angeles")


class NotOurs(Exception):
    """There are people or places that no demo made."""


@dataclass
class Made:
    """What was made: nothing when the demo was there before; the stories that could not be told."""

    anything: bool
    told: int = 0
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def make_demo(*, now: datetime) -> Made:
    """
    Make the invented district, its people and their stories, as of `now` (aware, not in the future).

    A second time it changes nothing. A story that the protocol in force has no room for (a part that is called
    otherwise, a field that it does not ask) is left out and named. Raises NotOurs among real people or schools.
    """
    if Invented.objects.exists():
        return Made(anything=False)
    if School.objects.exists() or User.objects.exists() or District.objects.exists():
        raise NotOurs
    try:
        # Whoever else makes the demo at this moment waits here, and then finds it made.
        cast = make_people(describe(), SchoolClock.around(now, ZONE))
    except SomebodyWasFirst:
        if Invented.objects.exists():
            return Made(anything=False)
        raise NotOurs from None
    made = Made(anything=True)
    for story in STORIES:
        if _tell(story, cast):
            made.told += 1
        else:
            made.left_out.append(story.__name__.replace("_", " "))
    # What is past its time was reported: somebody's duty that is late would be no story that is told.
    others_confirm(cast, now, due_at__lt=now)
    return made


def _tell(story: Story, cast: Cast) -> bool:
    try:
        with transaction.atomic():
            story(cast)
    except (StepPart.DoesNotExist, Conflict, Invalid):
        return False
    return True
