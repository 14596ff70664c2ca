"""Texts as the old format keeps them: one byte a sign or two, and spread over records that continue each other.

Belongs here: signs from bytes. Does not belong here: which records hold them, and what they stand beside (``old_format``).
"""

import struct
from collections.abc import Iterator

Runs = list[tuple[int, int]]
"""From which character on which font stands, in the order of the text."""


class Texts:
    """The texts shared by the sheets, in records that continue each other: a text that is cut says anew how wide its signs are."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces, self.piece, self.at = pieces, 0, 8
        self.count = struct.unpack_from("<I", pieces[0], 4)[0]

    def read(self) -> Iterator[tuple[str, Runs]]:
        for _ in range(self.count):
            if self.at >= len(self.pieces[self.piece]) and self.piece + 1 == len(self.pieces):
                return
            length, looks = struct.unpack("<HB", self._raw(3))
            runs = struct.unpack("<H", self._raw(2))[0] if looks & 8 else 0
            more = struct.unpack("<I", self._raw(4))[0] if looks & 4 else 0
            text = self._signs(length, looks & 1)
            fonts = list(struct.iter_unpack("<HH", self._raw(4 * runs)))
            self._raw(more)
            yield text, [(start, font) for start, font in fonts]

    def _raw(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            if self.at >= len(self.pieces[self.piece]):
                self.piece, self.at = self.piece + 1, 0
            part = self.pieces[self.piece][self.at : self.at + size - len(found)]
            self.at += len(part)
            found += part
        return found

    def _signs(self, length: int, wide: int) -> str:
        found = ""
        while len(found) < length:
            if self.at >= len(self.pieces[self.piece]):
                self.piece, self.at = self.piece + 1, 1
                wide = self.pieces[self.piece][0] & 1
            piece = self.pieces[self.piece]
            part = piece[self.at : self.at + (length - len(found)) * (2 if wide else 1)]
            self.at += len(part)
            if not part:
                raise IndexError("a text without an end")
            found += _units(part, wide)
        return found


def _units(raw: bytes, wide: int) -> str:
    """Signs as the format counts them: one beyond 65,535 is two."""
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2]))) if wide else raw.decode("latin-1")


def _joined(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def text_of(raw: bytes, length: int, wide: int) -> str:
    """A text of so many signs."""
    return _joined(_units(raw[: length * (2 if wide & 1 else 1)], wide & 1))


def spread(pieces: list[bytes], length: int) -> str:
    """A text that is spread over records, each of which says how wide its signs are; what follows it is no text."""
    found = ""
    for piece in pieces:
        if len(found) < length and piece:
            found += _units(piece[1 : 1 + (length - len(found)) * (2 if piece[0] & 1 else 1)], piece[0] & 1)
    return _joined(found)
