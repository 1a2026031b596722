"""What goes by the definition of the protocol until the district sets its own number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cases.deadlines import time_of
from csec.directory.models import District
from district import permissions
from protocols import wording
from protocols.models import ProtocolVersion
from protocols.schema import SET_BY_DISTRICT, Due, Track


@dataclass(frozen=True)
class OwnTime:
    """The time of a kind of step for which the district may set its own, in words, and whether it has."""

    words: str
    own: bool


def times(district: District | None, at: datetime) -> Mapping[str, OwnTime]:
    """By the name of the setting, what holds for a step that begins now under the protocol in force."""
    found: dict[str, list[Due | None]] = {name: [] for name in SET_BY_DISTRICT.values()}
    try:
        definition = ProtocolVersion.objects.defer("text").in_force(permissions.day_of(at)).definition
    except ProtocolVersion.DoesNotExist:
        tracks: tuple[Track, ...] = ()
    else:
        tracks = definition.tracks
    for track in tracks:
        for _number, part in track.parts():
            if part.setting:
                found[part.setting].append(time_of(part, district))
    return {
        name: OwnTime(_said(dues), getattr(district, name, None) is not None) for name, dues in found.items()
    }


def _said(dues: list[Due | None]) -> str:
    """One time, or where the columns of the protocol differ each of them, in printed order."""
    words = [wording.due(due) if due else _("no time") for due in dues or [None]]
    return ", ".join(dict.fromkeys(words))
