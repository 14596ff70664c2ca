"""One LibreOffice for all tests of the folder."""

import pytest

from builders.programs import needed
from office.libreoffice import NAMES, Office


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """LibreOffice with a profile of its own; see ``needed`` for where there is none."""
    return Office(needed(*NAMES), tmp_path_factory.mktemp("office"))
