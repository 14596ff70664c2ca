"""Problems that a person can mend, told in that person's language.

Belongs here: the one exception that every layer raises for them, and what a single wrong entry of a file raises until its
file is known. Does not belong here: findings about
figures of a school (those are data, see ``findings``), and programming errors (those stay ordinary exceptions).
"""

from collections.abc import Iterable, Sequence


class MendableError(Exception):
    """A clear sentence that says what is wrong, where, and what to do; shown without a traceback.

    Args:
        zh: the sentence in Chinese.
        en: the same in English.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en

    def text(self, language: str) -> str:
        """The sentence in ``zh`` or ``en``."""
        return self.en if language == "en" else self.zh

    def __reduce__(self):
        return type(self), (self.zh, self.en)


def together(problems: Sequence[MendableError]) -> MendableError:
    """Several problems as one, each told once, so that nobody mends the first only to be told of the second."""
    told = list(dict.fromkeys((one.zh, one.en) for one in problems))
    return MendableError(" ".join(zh for zh, _ in told), " ".join(en for _, en in told))


class WrongEntry(ValueError):
    """What is wrong with one entry of a file that people maintain; a ``ValueError``, so that typed models collect it.

    ``mendable_yaml`` adds file and key and raises the ``MendableError`` that people see.

    Args:
        zh: the fault in Chinese, without a full stop; keys and values of the file stand as they are written there.
        en: the same in English.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh.removesuffix("。")
        self.en = en.removesuffix(".")


def quoted(words: Iterable[str]) -> str:
    """Words of a file within an English sentence, each in quotation marks as it is written."""
    return ", ".join(f"'{word}'" for word in words)
