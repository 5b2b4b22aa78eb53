"""Write the protocol's codes and their sentences for the pages.

    python -m tools.page_codes

writes static/mapapp/js/protocol/serverCodes.js. tests/protocol fails when the file
is out of date. Nothing has to be built to run the project: the file is in git.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from mapapp.protocol.codes import Close
from mapapp.protocol.page_words import page_sentences

FILE = Path(__file__).parent.parent / "static/mapapp/js/protocol/serverCodes.js"
_WIDTH = 100

_HEAD = """\
/**
 * The codes of the protocol and their sentences. Written by `python -m tools.page_codes`
 * from mapapp/protocol/codes.py, mapapp/domain/refusals.py and page_words.py: change those.
 */

import { gettext } from "../platform/i18n.js";

/** @typedef {{ name: string, action: "retry" | "fresh" | "stop", final?: true }} CloseCode */

"""


def text() -> str:
    """The whole file."""
    return _HEAD + "\n".join([*_close_codes(), "", *_sentences(), ""])


def _close_codes() -> Iterator[str]:
    yield "/** @type {Readonly<Record<number, CloseCode>>} */"
    yield "export const CLOSE_CODES = Object.freeze({"
    for close in Close:
        final = ", final: true" if close.final else ""
        name, action = close.name.lower(), close.advice.value
        yield f'  {int(close)}: {{ name: "{name}", action: "{action}"{final} }},'
    yield "});"


def _sentences() -> Iterator[str]:
    yield "/** @type {Readonly<Record<string, () => string>>} */"
    yield "export const SERVER_SENTENCES = Object.freeze({"
    for code, sentence in page_sentences().items():
        said = f"gettext({json.dumps(sentence, ensure_ascii=False)}),"
        line = f"  {code}: () => {said}"
        yield line if len(line) <= _WIDTH else f"  {code}: () =>\n    {said}"
    yield "});"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
