"""Rows of figures for tests of what is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bench.comparison import BesideFigures

_ROW = BesideFigures(
    server="ws",
    built_as="a server",
    rooms=1,
    people=20,
    sent=10.0,
    updates=10.0,
    age_p50=50.0,
    age_p95=99.0,
    age_p99=100.0,
    bytes_each=28.0,
    cpu_share=0.5,
    others_share=0.0,
    lost=0,
    problems="",
    load_late=1.0,
    load_cpu=0.5,
    bottleneck="",
)


def beside_figures(**changed: Any) -> BesideFigures:
    """A run in which all went well, but for what is told otherwise."""
    return replace(_ROW, **changed)
