"""What people type arrives as text, whatever it looks like (A4)."""

import pytest

from testkit.client import Client
from testkit.server import ServerProcess
from tests.consumers.conftest import Others

# These come back exactly as they were sent.
KEPT = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "entities": "&lt;b&gt; &amp; \"quotes\" 'and' `these`",
    "SQL": "'; DROP TABLE mapapp_marker; --",
    "a template": "{{ 7*7 }} {% debug %} ${7*7} %s %n",
    "Latin": "Grüße aus Łódź, Ærø & Þórshöfn",
    "Greek and Cyrillic": "Αθήνα, Київ, Ћуприја",
    "Arabic": "مرحبا بكم في القاهرة",
    "Persian with a zero-width non-joiner": "می\u200cخواهم",
    "Hebrew with points": "שָׁלוֹם עוֹלָם",
    "Devanagari": "नमस्ते, क्\u200dष",
    "Tamil": "வணக்கம்",
    "Thai": "สวัสดีที่กรุงเทพฯ",
    "Khmer and Burmese": "សួស្តី မြန်မာ",
    "Tibetan": "བཀྲ་ཤིས་བདེ་ལེགས།",
    "Chinese, Japanese, Korean": "北京 東京 서울 ガギグ",
    "beyond the basic plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠮷野家",
    "emoji": "🎉🗺️📍❤️",
    "emoji of a family": "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈",
    "flags": "🇺🇦 🇪🇺 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "keycaps": "1️⃣ #️⃣",
    "emoji newer than this Python": "\U0001fa77 \U0001fae8 \U0001fadf",
    "sixty characters": "🦊" * 60,
}
# What is sent, and what everybody sees.
CLEANED = {
    "control characters": ("a\x00b\x07c\x1b[31m", "a b c [31m"),
    "line breaks": ("  two\r\n\tlines \u2028 ", "two lines"),
    "bidirectional overrides": ("\u202eevil\u202c \u2066x\u2069\u200f", "evil x"),
    "invisible characters": ("a\u200bb\ufeffc\u00ad\u2060d", "abcd"),
    "composed": ("Cafe\u0301", "Café"),
    "a tower of marks": ("Z" + "\u0335" * 50, "Z" + "\u0335" * 4),
    "noncharacters and private use": ("a\uffff\ufdd0\U0010ffff\ue000b", "ab"),
    "only blanks": ("\u3000 \u00a0\t", ""),
}


@pytest.mark.parametrize("name", KEPT)
async def test_a_label_arrives_exactly_as_it_was_sent(
    server: ServerProcess, others: Others, name: str
) -> None:
    """Live, and in a snapshot (A4)."""
    await _assert_arrives(server, others, KEPT[name], KEPT[name])


@pytest.mark.parametrize("name", CLEANED)
async def test_a_label_loses_what_could_turn_or_hide_the_text_around_it(
    server: ServerProcess, others: Others, name: str
) -> None:
    """A4."""
    sent, seen = CLEANED[name]
    await _assert_arrives(server, others, sent, seen)


async def _assert_arrives(server: ServerProcess, others: Others, sent: str, seen: str) -> None:
    answer = await others.ada.change("edit", marker=others.marker, label=sent)
    assert answer["t"] == "ack", answer
    await others.ben.wait_for(lambda: others.ben.state.rev >= answer["rev"], "the label")
    assert others.ben.state.markers[others.marker].label == seen
    async with Client(others.room.at(server), role="screen") as screen:
        assert screen.state.markers[others.marker].label == seen
    await others.assert_unaffected()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("edit", {"marker": 1, "label": "x" * 61}),
        ("edit", {"marker": 1, "label": "x" * 1_999}),
        ("name", {"name": "x" * 41}),
        ("name", {"name": ""}),
        ("name", {"name": "\u202e \u200b"}),
    ],
)
async def test_a_text_that_is_too_long_or_empty_is_refused(
    server: ServerProcess, others: Others, kind: str, fields: dict[str, object]
) -> None:
    """A2."""
    refused = await others.ada.change(kind, **fields)
    assert (refused["t"], refused["code"]) == ("refused", "bad_text")
    await others.assert_unaffected()
