"""What holds of every finding that a test of the intake sets off.

Belongs here: statements about all messages. Does not belong here: what one rule says (``test_rules`` and the rules' own tests).
"""

import re

import pytest

import builders.intake
from domain.intake.settling import settle


@pytest.fixture(autouse=True)
def english_messages_are_in_english(monkeypatch):
    """No Chinese in an English message but what it quotes, units and other words of the program among it."""
    settled = []

    def kept(*given, **options):
        settled.append(settle(*given, **options))
        return settled[-1]

    monkeypatch.setattr(builders.intake, "settle", kept)
    yield
    said = {finding.message("en") for settlement in settled for *_, finding in settlement.findings}
    assert not [text for text in said if re.search("[\u3400-\u9fff㎡]", re.sub("(?<![A-Za-z])'[^']*'", "", text))]
