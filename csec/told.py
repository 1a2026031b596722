"""What is said once, on the next page, and may name a colleague: until then a browser keeps it, and cannot read it."""

import base64
import binascii
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

from csec.crypto import keys

_PLACE = b"messages"


class SealedCookie(CookieStorage):
    """Django's own, sealed. A cookie that does not open is thrown away."""

    cookie_name = "__Host-told" if settings.PRODUCTION else "messages"

    def _encode_parts(self, *args: Any, **kwargs: Any) -> str | None:
        text = super()._encode_parts(*args, **kwargs)  # type: ignore[misc]
        if not text:
            return None
        return base64.urlsafe_b64encode(keys.sealed_by(_key(), text.encode(), context=_PLACE)).decode()

    def _decode(self, data: str) -> Any:
        try:
            text = keys.opened_by(_key(), base64.urlsafe_b64decode(data or ""), context=_PLACE).decode()
        except (InvalidTag, binascii.Error, ValueError):
            self.used = bool(data)
            return None
        return super()._decode(text)  # type: ignore[misc]


class Sealed(FallbackStorage):
    """In a sealed cookie, which asks nothing of the database; what is too long for one waits in the session."""

    storage_classes = (SealedCookie, SessionStorage)


def _key() -> bytes:
    return sha256(b"csec.told:" + settings.SECRET_KEY.encode()).digest()
