"""What second factors have sealed under a master key: it moves to the newest one with everything else."""

from collections import Counter
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from csec.accounts import second_factor
from csec.crypto import keys
from csec.crypto.keys import CannotUnseal
from csec.crypto.rotation import OWNER

#: Where the secret of an app stands, and those of recovery codes: a text, or a list of them.
_PLACES = ("secret", "seed", "migrated_codes")


class SecondFactors:
    """Apps and recovery codes; a key that somebody plugs in shares nothing with us."""

    name = "second factors"

    def count(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for one in _rows().iterator():
            found.update(_versions(one))
        return found

    def behind(self, *, after: Any, most: int) -> list[Any]:
        rows = _rows().filter(pk__gt=after or 0).order_by("pk").iterator()
        found = (one.pk for one in rows if _is_behind(one))
        return [pk for pk, _n in zip(found, range(most), strict=False)]

    def move(self, ids: list[Any]) -> tuple[int, list[Any]]:
        moved, damaged = 0, []
        for one in _rows().select_for_update().filter(pk__in=ids).order_by("pk"):
            if not _is_behind(one):
                continue
            try:
                for place in _PLACES:
                    if place in one.data:
                        one.data[place] = _resealed(one.data[place])
            except CannotUnseal:
                damaged.append(one.pk)
                continue
            one.save(using=OWNER, update_fields=["data"])
            moved += 1
        return moved, damaged


def _rows() -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.using(OWNER)
    return rows.exclude(type=Authenticator.Type.WEBAUTHN)


def _versions(one: Authenticator) -> set[int]:
    sealed = [one.data[place] for place in _PLACES if place in one.data]
    texts = [text for value in sealed for text in (value if isinstance(value, list) else [value])]
    return {second_factor.version_of(text) for text in texts}


def _is_behind(one: Authenticator) -> bool:
    return bool(_versions(one) - {keys.newest()})


def _resealed(value: Any) -> Any:
    if isinstance(value, list):
        return [_resealed(one) for one in value]
    return second_factor.seal(second_factor.unseal(value))
