"""The tables of figures that rules compare speak of fields in the catalogue, and make sense.

Belongs here: the csv files beside ``rules.yaml``. Does not belong here: what the rules say of a school (``test_screening``).
"""

from data_contracts.catalogue import choices, fields
from data_contracts.rules import implications, telling_fields, typical_ranges, unit_slips, whole_pairs

UNITS = {field.unit for field in fields().values()}


def test_all_fields_are_in_the_catalogue():
    keys = [key for pair in whole_pairs() for key in (*pair.left, pair.right)]
    keys += [one.given for one in implications()] + [one.field for one in typical_ranges()] + list(telling_fields())
    assert [key for key in keys if key not in fields() or not fields()[key].numeric] == []
    assert {pair.severity for pair in whole_pairs()} == {"error", "query"}


def test_what_is_implied_is_a_figure_or_a_word_that_can_be_chosen():
    for one in implications():
        what = fields()[one.then]
        assert what.numeric != bool(one.value)
        assert what.numeric or one.value in choices().get(one.then, {"是": "是", "否": "否"})


def test_sums_are_in_the_units_of_their_whole():
    assert all(len({fields()[key].factor for key in (*pair.left, pair.right)}) == 1 for pair in whole_pairs())


def test_ordinary_ranges_lie_within_the_bounds_and_are_stated_once():
    assert len({(one.field, one.section) for one in typical_ranges()}) == len(typical_ranges())
    for one in typical_ranges():
        what = fields()[one.field]
        assert one.per in ("student", "figure") and 0 < one.low < one.high
        assert what.hard_max is None or one.high <= what.hard_max
        assert what.hard_min is None or one.low >= what.hard_min


def test_units_that_are_confused_are_units_of_the_catalogue():
    assert {slip.unit for slip in unit_slips()} <= UNITS
    assert all(slip.factor > 0 and slip.factor != 1 and slip.entered != slip.unit for slip in unit_slips())
