"""Which code made a result: the project's version and a hash of its sources.

Belongs here: telling two states of the code apart. Does not belong here: versions of data or standards.
"""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LAYERS = ("data_contracts", "domain", "resources", "assets", "checks", "pipelines")
SOURCES = (".py", ".csv", ".yaml", ".html", ".css", ".j2")


@cache
def code_version() -> str:
    """Such as ``0.1.0+3f2a9c41d0b7``; changes with every change of a source or a shipped data file."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*")):
            if path.suffix in SOURCES and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    try:
        released = version("junheng")
    except PackageNotFoundError:
        released = "0"
    return f"{released}+{digest.hexdigest()[:12]}"
