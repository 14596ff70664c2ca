"""Problems that a person can mend, told in that person's language.

Belongs here: the one exception that every layer raises for them. Does not belong here: findings about
figures of a school (those are data, see ``findings``), and programming errors (those stay ordinary exceptions).
"""


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
