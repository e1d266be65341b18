"""An SVG made readable for all: who hears it gets a sentence for each node and arrow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_GROUP = re.compile(r'(<g id="([^"]+)" class="\w+"[^>]*>\s*<title>)[^<]*(</title>)')
_ROOT = re.compile(r"<svg ([^>]*)>")
_FONTS = 'font-family="Arial,Helvetica,Liberation Sans,Arimo,Nimbus Sans,sans-serif"'


def accessible(
    svg: bytes, title: str, description: str, speech: Mapping[str, str], prefix: str
) -> str:
    """Make an SVG readable for all: title, description, a sentence for each node and edge.

    Its ids get `prefix`, so that several pictures can share a page.
    """
    text = svg.decode()
    start = text.index("<svg ")
    text = re.sub(r"<!--.*?-->\n?", "", text[start:], flags=re.DOTALL)

    def say(match: re.Match[str]) -> str:
        return match[1] + escape(speech.get(match[2], "")) + match[3]

    text = _GROUP.sub(say, text)
    text = re.sub(r'(<(?:g|a|path|polygon)[^>]*? )?id="([^"]+)"', rf'\1id="{prefix}-\2"', text)
    text = re.sub(r'font-family="[^"]*"', _FONTS, text)
    named = f'aria-labelledby="{prefix}-title {prefix}-desc"'
    head = (
        rf'<svg role="img" {named} style="max-width:100%;height:auto" \1>'
        f'\n<title id="{prefix}-title">{{}}</title>\n<desc id="{prefix}-desc">{{}}</desc>'
    )
    match = _ROOT.search(text)
    assert match is not None
    opening = match.expand(head.replace("{}", "\0"))
    for words in (title, description):
        opening = opening.replace("\0", escape(words), 1)
    return text[: match.start()] + opening + text[match.end() :]
