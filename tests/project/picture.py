"""Draws the picture at the top of the README from a real run of the mock.

usage: python -m tests.project.picture
"""

from __future__ import annotations

import json
import re
import sys

from rich.console import Console
from rich.text import Text

from tests.project.readme import ROOT, URL_IN_TEXT, mock, shell

PICTURE = ROOT / ".github" / "pictures" / "mock.svg"
_WIDTH = 104
_FONTS = re.compile(r"\s*@font-face \{.*?\}\n", re.DOTALL)

_HEADERS = "-H 'Authorization: Bearer my-key' -H 'Content-Type: application/json'"
_STEPS = (
    ("agents", '{"name": "Guide", "about": "plans bicycle tours"}'),
    ("sessions", '{"agent_id": "%(agents)s", "situation": "The visitor is in Bern."}'),
    (
        "sessions/%(sessions)s/chat",
        '{"messages": [{"role": "user", "content": "Where can I ride on Sunday?"}]}',
    ),
)


def main() -> None:
    """Writes the picture."""
    console = Console(
        record=True, width=_WIDTH, file=sys.stderr, force_terminal=True, color_system="truecolor"
    )
    ids: dict[str, str] = {}
    console.print(Text("$ sessions-kit mock", style="bold green"))
    console.print(
        Text(f"API   {URL_IN_TEXT}/api\nDocs  {URL_IN_TEXT}/docs\nKey   any; each opens a world of its own\n")
    )
    with mock() as url, shell() as ask:
        for path, body in _STEPS:
            there, said = path % ids, body % ids
            answer = json.loads(ask(f"curl -s {_HEADERS} {url}/api/{there} -d '{said}'"))
            ids[path] = answer["id"]
            console.print(Text(f"$ curl … $API/{_short(there)} -d '{_short(said)}'", style="bold green"))
            console.print(Text(_short(json.dumps(answer, ensure_ascii=False)) + "\n"))
    PICTURE.parent.mkdir(exist_ok=True)
    # The exported style sheet fetches its fonts from elsewhere; a picture in a README must not.
    drawn = _FONTS.sub("\n", console.export_svg(title="sessions-kit mock"))
    PICTURE.write_text(re.sub(r"\s*<!--.*?-->", "", drawn), "utf-8")


def _short(text: str) -> str:
    return re.sub(r"\b([0-9a-f]{8})-[0-9a-f-]{27}\b", r"\1…", text)


if __name__ == "__main__":
    main()
