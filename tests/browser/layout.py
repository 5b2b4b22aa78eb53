"""Where a page's controls are, and whether a person can see and hit each of them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

CHECK = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")

# No target is smaller than this (WCAG 2.5.8), in CSS pixels.
LEAST_TARGET = 24


def layout_problems(page: Page) -> list[str]:
    """Controls that leave the page, are covered, overlap, or are too small to hit."""
    problems: list[str] = page.evaluate(CHECK, LEAST_TARGET)
    return problems
