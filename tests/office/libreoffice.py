"""LibreOffice without a window: a program in it that opens, fills and saves workbooks, conversions, and pictures of pages.

Belongs here: finding it, starting it with a profile of its own, what it is told. Does not belong here: any workbook, any
expectation.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from builders.programs import needed

NAMES = ("soffice", "libreoffice", "/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice")
SECONDS = 120
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Clerk"/></library:library>"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Clerk" script:language="StarBasic">{code}</script:module>"""
# A clerk who does what a list says, line by line. A program may write where a clerk may not, so it asks what is locked.
_CLERK = """
Sub Work(todo As String)
  Dim unseen(0) As New com.sun.star.beans.PropertyValue
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  Dim locking(1) As New com.sun.star.beans.PropertyValue
  unseen(0).Name = "Hidden" : unseen(0).Value = True
  saving(0).Name = "FilterName"
  locking(0).Name = "FilterName" : locking(1).Name = "Password"
  disk = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  On Error Goto Failed
  source = createUnoService("com.sun.star.io.TextInputStream")
  source.setInputStream(disk.openFileRead(todo))
  source.setEncoding("UTF-8")
  Do While Not source.isEOF()
    said = source.readLine()
    words = Split(said, Chr(9))
    If UBound(words) > 0 Then
      Select Case words(0)
        Case "open" : document = StarDesktop.loadComponentFromURL(words(1), "_blank", 0, unseen())
        Case "text", "number"
          sheet = document.Sheets.getByName(words(1))
          cell = sheet.getCellRangeByName(words(2))
          If sheet.isProtected() And cell.CellProtection.IsLocked Then
            Call Told(disk, todo, words(2) & " is locked")
            document.close(True)
            StarDesktop.terminate()
            Exit Sub
          End If
          If words(0) = "text" Then cell.String = words(3) Else cell.Value = Val(words(3))
        Case "remove" : document.Sheets.removeByName(words(1))
        Case "lock"
          locking(0).Value = words(2) : locking(1).Value = words(3)
          document.storeToURL(words(1), locking())
          document.close(True)
        Case "save"
          saving(0).Value = words(2)
          document.storeToURL(words(1), saving())
          document.close(True)
      End Select
    End If
  Loop
  Call Told(disk, todo, "done")
  StarDesktop.terminate()
  Exit Sub
Failed:
  Call Told(disk, todo, said & ": " & Error$)
  StarDesktop.terminate()
End Sub

Sub Told(disk As Object, todo As String, words As String)
  sink = createUnoService("com.sun.star.io.TextOutputStream")
  sink.setOutputStream(disk.openFileWrite(todo & ".told"))
  sink.setEncoding("UTF-8")
  sink.writeString(words)
  sink.closeOutput()
End Sub
"""
_FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97"}
Entry = tuple[str, str, object]
"""Sheet, address, and what is typed there."""


@dataclass
class Office:
    """LibreOffice with a profile and a folder of its own.

    Attributes:
        program: its path.
        folder: where its profile and its files lie.
    """

    program: str
    folder: Path
    _made: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._run("--terminate_after_init")  # a profile's first start lays out its own macros over any that are there
        basic = self.folder / "profile" / "user" / "basic" / "Standard"
        (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
        (basic / "Clerk.xba").write_text(_MODULE.format(code=escape(_CLERK)), encoding="utf-8")

    def filled(
        self, content: bytes, entries: Sequence[Entry] = (), kind: str = "xlsx", without: Sequence[str] = (), password: str = ""
    ) -> bytes:
        """A workbook opened, filled and saved by a program within LibreOffice.

        Args:
            content: the workbook.
            entries: what is typed; numbers as numbers, text as text.
            kind: xlsx or xls.
            without: sheets that are deleted.
            password: by which the file is encrypted; none for "".

        Raises:
            AssertionError: LibreOffice could not; for one, because a cell is locked.
        """
        number = len(self._made)
        old, new, todo = (self.folder / f"{number}-{name}" for name in ("in.xlsx", f"out.{kind}", "list.txt"))
        self._made.append(old)
        old.write_bytes(content)
        steps: list[Sequence[object]] = [("open", old.as_uri())]
        for sheet, cell, value in entries:
            steps.append(("number" if isinstance(value, int | float) else "text", sheet, cell, value))
        steps += [("remove", sheet) for sheet in without]
        end: tuple[object, ...] = (
            ("lock", new.as_uri(), _FILTERS[kind], password) if password else ("save", new.as_uri(), _FILTERS[kind])
        )
        steps.append(end)
        todo.write_text("\n".join("\t".join(map(str, step)) for step in steps), encoding="utf-8")
        self._run(f'macro:///Standard.Clerk.Work("{todo.as_uri()}")')
        told = Path(f"{todo}.told")
        said = told.read_text(encoding="utf-8") if told.exists() else "nothing"
        assert said == "done", f"LibreOffice said: {said}"
        return new.read_bytes()

    def printed(self, content: bytes) -> Path:
        """A workbook as it is printed: a PDF."""
        number = len(self._made)
        source = self.folder / f"{number}-printed.xlsx"
        self._made.append(source)
        source.write_bytes(content)
        self._run("--convert-to", "pdf", "--outdir", str(self.folder), str(source))
        return source.with_suffix(".pdf")

    def _run(self, *arguments: str) -> None:
        profile = (self.folder / "profile").as_uri()
        command = [self.program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail(f"LibreOffice did not end within {SECONDS} s")
        assert process.returncode == 0, said.decode(errors="replace")[-2000:]


def first_page(printed: Path, picture: Path, dots: int) -> Path:
    """The first page of a PDF as a picture of so many dots an inch."""
    command = [needed("pdftoppm"), "-png", "-singlefile", "-r", str(dots), str(printed), str(picture.with_suffix(""))]
    subprocess.run(command, check=True, timeout=SECONDS)
    return picture


def words(printed: Path) -> str:
    """All that can be read in a PDF, without spaces and line ends."""
    command = [needed("pdftotext"), "-raw", "-enc", "UTF-8", str(printed), "-"]
    return "".join(subprocess.run(command, check=True, timeout=SECONDS, stdout=subprocess.PIPE).stdout.decode().split())
