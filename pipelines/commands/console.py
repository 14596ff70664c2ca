"""The console: language, tables, progress, exit codes.

Belongs here: how every command speaks. Does not belong here: what a command does.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WELL, FINDINGS, FAILED = 0, 1, 2


def _console() -> Console:
    """Standard output; lines that go to a file or another program are not folded at the width of a screen."""
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 1000)


@dataclass(frozen=True)
class Speaker:
    """Prints in one language, ``zh`` or ``en``; ``out`` and ``err`` are the two streams."""

    language: str
    out: Console
    err: Console

    @classmethod
    def of(cls, language: str) -> "Speaker":
        """A speaker for the console of this process; a console that cannot show Chinese is written to in UTF-8."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure") and (stream.encoding or "").lower().replace("-", "") != "utf8":
                stream.reconfigure(encoding="utf-8", errors="replace")
        return cls(language, _console(), Console(stderr=True, highlight=False, soft_wrap=True))

    def text(self, zh: str, en: str) -> str:
        """The one of two texts that is in the speaker's language."""
        return en if self.language == "en" else zh

    def say(self, zh: str, en: str, style: str = "") -> None:
        """Print a line; what stands in brackets is text, never markup."""
        self.out.print(escape(_seen(self.text(zh, en))), style=style)

    def complain(self, zh: str, en: str) -> None:
        """Print a line to the error stream."""
        self.err.print(escape(_seen(self.text(zh, en))), style="bold red")

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress bar on the error stream, so that output can be piped; plain where there is no terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            yield bar


def one_line(text: str) -> str:
    """A text in one line, without signs that a terminal would obey: names of files may hold any."""
    return _seen(" ".join(text.split()))


def _seen(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")
