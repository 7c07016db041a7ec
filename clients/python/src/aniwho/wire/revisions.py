"""On which state of the registry answers rest."""

from __future__ import annotations

import httpx


class LatestRevision:
    """The largest revision that an answer named.

    A client sends it with each request, so that it sees its own changes also where several daemons serve one registry.
    """

    def __init__(self) -> None:
        self._revision: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What a request says of it."""
        return {} if self._revision is None else {"AniWho-Least-Revision": str(self._revision)}

    def note(self, response: httpx.Response) -> None:
        """Reads an answer's revision."""
        text = response.headers.get("AniWho-Revision", "")
        if text.isascii() and text.isdigit():
            self._revision = max(self._revision or 0, int(text))
