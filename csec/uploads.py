"""No file is taken, whatever it is: a case is words. One that is sent is refused before its first byte is kept."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler


class FileSent(SuspiciousOperation):
    """There is no form that takes one."""


class Refused(FileUploadHandler):
    """Instead of Django's own, which would write it to memory or to the disk before anybody is asked."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise FileSent("A file was sent, and none is taken.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
