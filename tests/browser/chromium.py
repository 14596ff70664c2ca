"""Chromium for the browser tests: where it is, and how it is started.

Belongs here: finding the browser and its switches. Does not belong here: any page.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
    """The browser to use; skips the test where there is none, and fails in CI, where there must be one."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else NAMES:
        found = name if Path(name).is_absolute() and Path(name).is_file() else shutil.which(name)
        if found:
            return found
    reason = f"No Chromium: looked for {named or ', '.join(NAMES)}; name one with the environment variable CHROMIUM."
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


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
