"""A paper read back by a PDF library of another make."""

import io
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader


@dataclass(frozen=True)
class Read:
    """What a reader finds in a PDF: its pages as text, and what it says of itself."""

    pages: list[str]
    root: Any
    title: str
    #: Of each page whether it is wider than it is high.
    across: list[bool]

    @property
    def text(self) -> str:
        """All of it, as one line: where a line ends is the paper's own affair."""
        return " ".join(" ".join(self.pages).split())

    @property
    def tags(self) -> list[str]:
        """The kinds of its structure elements, in the order in which they are read."""
        return list(_tags(self.root["/StructTreeRoot"]["/K"]))


def read(content: bytes) -> Read:
    found = PdfReader(io.BytesIO(content))
    title = found.metadata.title if found.metadata else ""
    across = [page.mediabox.width > page.mediabox.height for page in found.pages]
    return Read([page.extract_text() for page in found.pages], found.trailer["/Root"], title or "", across)


def _tags(kids: Any) -> Any:
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            yield str(element["/S"])[1:]
            yield from _tags(element.get("/K", []))
