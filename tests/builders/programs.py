"""Programs of other makers that some tests need: a browser, an office, readers of PDFs.

Belongs here: finding one, or saying that it is missing. Does not belong here: starting it.
"""

import os
import shutil

import pytest


def needed(*names: str, remedy: str = "") -> str:
    """The path of the first program there is; skips the test where there is none, and fails in CI, where there must be one.

    Args:
        names: of programs, or their paths.
        remedy: what a person may do about it.
    """
    for one in names:
        found = shutil.which(one)
        if found:
            return found
    reason = f"Not installed: looked for {', '.join(names)}. {remedy}".rstrip()
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
