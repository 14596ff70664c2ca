"""The compound file, in which the old format of Excel and encrypted workbooks are kept: sectors, chains of them, streams by name.

Belongs here: taking one stream out, in bounded steps whatever the file says. Does not belong here: what a stream holds
(``old_format``), whether the file may be read at all (``gate``).
"""

import struct
from collections.abc import Sequence

_FREE = 0xFFFFFFFA  # this number and those above name no sector
_ENTRY = 128


def stream_of(content: bytes, names: Sequence[str]) -> bytes | None:
    """The bytes of the first stream of one of these names; None where there is none, or the file is not sound."""
    try:
        return _Compound(content).stream(names)
    except (struct.error, IndexError, ValueError, OverflowError):
        return None


class _Compound:
    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, small_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise ValueError("no compound file")
        self.size, self.small_size = 1 << shift, 1 << small_shift
        tables, self.directory = struct.unpack_from("<II", content, 44)
        self.cutoff, self.first_small_table, _, more, _ = struct.unpack_from("<IIIII", content, 56)
        sectors = list(struct.unpack_from("<109I", content, 76))
        seen: set[int] = set()
        while more < _FREE and more not in seen:
            seen.add(more)
            *further, more = struct.unpack(f"<{self.size // 4}I", self.sector(more))
            sectors += further
        self.next = self.numbers(b"".join(self.sector(one) for one in sectors[:tables] if one < _FREE))

    def sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        found = self.content[start : start + self.size]
        if not found:
            raise IndexError(number)
        return found.ljust(self.size, b"\0")

    @staticmethod
    def numbers(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw)

    @staticmethod
    def chain(first: int, following: Sequence[int]) -> list[int]:
        """The sectors of a chain; one that comes back to itself is not sound."""
        found: list[int] = []
        while first < _FREE:
            found.append(first)
            if len(found) > len(following):
                raise ValueError("a chain without end")
            first = following[first]
        return found

    def whole(self, first: int) -> bytes:
        return b"".join(map(self.sector, self.chain(first, self.next)))

    def stream(self, names: Sequence[str]) -> bytes | None:
        directory = self.whole(self.directory)
        entries: dict[tuple[int, str], tuple[int, int]] = {}
        for at in range(0, len(directory), _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", directory, at + 116)
            entries.setdefault((kind, name if kind == 2 else ""), (first, size))
        found = next((entries[2, name] for name in names if (2, name) in entries), None)
        if found is None:
            return None
        first, size = found
        if size >= self.cutoff:
            return self.whole(first)[:size]
        small = self.whole(entries[5, ""][0])
        following = self.numbers(self.whole(self.first_small_table))
        step = self.small_size
        return b"".join(small[one * step : (one + 1) * step] for one in self.chain(first, following))[:size]
