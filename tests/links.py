"""The links of a page by the names under which a screen reader lists them."""

from collections import defaultdict
from html.parser import HTMLParser


class Links(HTMLParser):
    """Each name with the addresses to which links of that name lead. What is hidden from the eye is heard."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.named: dict[str, set[str]] = defaultdict(set)
        self._where, self._label, self._words = "", "", [""]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            given = dict(attrs)
            self._where, self._label = given.get("href") or "", given.get("aria-label") or ""
            self._words = []

    def handle_data(self, data: str) -> None:
        if self._where:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._where:
            name = self._label or " ".join("".join(self._words).split())
            self.named[name].add(self._where)
            self._where = ""

    @property
    def alike(self) -> dict[str, set[str]]:
        """The names by which nobody knows where they lead."""
        return {name: where for name, where in self.named.items() if len(where) > 1}
