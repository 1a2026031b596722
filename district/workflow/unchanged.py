"""Two who change the same row are told of each other: the page says what it was, the verb looks whether it is."""

from hashlib import sha256

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from cases.workflow.refusals import Conflict

CHANGED = _(
    "Somebody changed this after you opened the page. What you typed is kept: compare it with what there is now, then"
    " save again."
)


def version_of(row: Model | None) -> str:
    """A short name for what a row holds now."""
    if row is None:
        return "none"
    held = [(field.attname, str(getattr(row, field.attname))) for field in row._meta.concrete_fields]
    return sha256(repr(held).encode()).hexdigest()[:16]


def check_version(row: Model | None, version: str | None) -> None:
    """Raise Conflict unless the row is as the page showed it; `version` is None where no page did."""
    if version is not None and version != version_of(row):
        raise Conflict(CHANGED)
