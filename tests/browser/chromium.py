"""Chromium for the browser tests: where it is, and how it is started.

Belongs here: finding the browser and its switches. Does not belong here: any page.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from builders.programs import needed

NAMES = ("/usr/bin/chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """The browser to use; see ``needed`` for where there is none."""
    named = os.environ.get("CHROMIUM")
    return needed(*((named,) if named else NAMES), remedy="Name one with the environment variable CHROMIUM.")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()
