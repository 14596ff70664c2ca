"""What a standard of another logic may say, and what is told of one that is wrong: kinds, packs, inheritance, overlaps.

Belongs here: files and their messages. Does not belong here: what a rule makes of a school (``tests/unit/assessment``).
"""

import pytest

from builders.standards import HEAD, pack
from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from data_contracts.standard import all_standards, fields_in_use, read_standard, shipped_standards
from data_contracts.standards_in_force import in_force

ONE = "indicators:\n  - {id: X1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
YEAR = SchoolYear(2024)


def told(body: str, head: str = HEAD) -> MendableError:
    """What is said of a malformed pack: its file, in both languages, without a word of a library or a made-up place."""
    with pytest.raises(MendableError) as caught:
        pack(body, head)
    for text in (caught.value.zh, caught.value.en):
        assert "pack.yaml" in text and "pydantic" not in text and "<" not in text
    return caught.value


# A line of the file, what is put in its place, and what must be said of it in both languages.
MALFORMED = {
    "a kind that is none": ("school_rule: {kind: most}", "school_rule:", "kind 只能是", "no such kind: 'most'"),
    "all with a number": ("school_rule: {kind: all, missed: 1}", "school_rule.missed", "拼写", "no such key"),
    "at most missed without a number": ("school_rule: {kind: at_most_missed}", "school_rule.missed", "缺少", "missing"),
    "a negative number missed": ("school_rule: {kind: at_most_missed, missed: -1}", "school_rule.missed", "不小于 0", "at least 0"),
    "half a number missed": ("school_rule: {kind: at_most_missed, missed: 1.5}", "school_rule.missed", "整数", "whole number"),
    "more than the text has": ("school_rule: {at_least: 3, of: 2, floor_ratio: 0.6}", "school_rule", "小于", "of is smaller than at_least"),
    "of in a complete pack": ("school_rule: {at_least: 1, of: 2, floor_ratio: 0.6}", "school_rule.of", "complete: false", "complete"),
    "one grade": ("school_rule: {kind: grades, grades: [{title: 合格, at_least: 1}]}", "school_rule.grades", "至少要有 2 项", "at least 2"),
    "grades from low to high": (
        "school_rule: {kind: grades, grades: [{title: 基本, at_least: 1}, {title: 合格, at_least: 2}]}",
        "school_rule", "从高到低", "the best of grades must stand first",
    ),
    "a grade that asks more than there is": (
        "school_rule: {kind: grades, grades: [{title: 合格, at_least: 3}, {title: 基本, at_least: 1}]}",
        "school_rule.grades", "大于指标个数", "more than there are",
    ),
    "points without tiers": ("school_rule: {kind: points}", "school_rule", "tiers", "needs tiers"),
    "a commitment for an indicator that is none": ("commitment: {years: 2, indicators: [X9]}", "commitment.indicators", "X9", "X9"),
    "a commitment without a term": ("commitment: {indicators: [X1]}", "commitment.years", "缺少", "missing"),
    "an option that is none": ("options: {big_points: true}", "options.big_points", "拼写", "no such key"),
    "a way with points that is none": ("options: {small_points: drop}", "options.small_points", "只能是", "merge_into_parent"),
    "an option for an indicator that is none": ("options: {rotating_pe_arts: [X7]}", "options.rotating_pe_arts", "X7", "X7"),
    "coefficients in a pack": ("coefficient_rule: {judge: each, limits: {primary: 1, junior: 1}}", "role", "只评学校", "schools only"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "place", "zh", "en"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_rule_is_told_by_file_key_and_what_is_wrong(line, place, zh, en):
    error = told(f"{ONE}{line}\n")
    assert place in error.zh + "school_rule:" and zh in error.zh
    assert en in error.en


INDICATORS = {
    "over a field that is none": ("over: desks", "over", "desks", "numeric field"),
    "over words": ("over: township", "over", "township", "numeric field"),
    "a total per 100": ("over: nothing, per: 100", "over", "per", "per can only be 1"),
    "a sense that is none": ("sense: about", "sense", "只能是", "at_most"),
    "a case without a value": ("thresholds: [{when: {section: primary}}]", "thresholds.0.value", "缺少", "missing"),
    "a case for an area that is none": ("thresholds: [{when: {area_type: 郊区}, value: 1}]", "thresholds.0.when", "郊区", "郊区"),
    "a case for a section that is none": (
        "thresholds: [{when: {section: senior}, value: 1}]",
        "thresholds.0.when.section",
        "",
        "",
    ),
    "a range without bounds": ("thresholds: [{when: {classes: {}}, value: 1}]", "when.classes", "至少给出一个", "needed"),
    "a range turned round": (
        "thresholds: [{when: {classes: {at_least: 9, at_most: 2}}, value: 1}]",
        "classes",
        "小于",
        "smaller",
    ),
    "years turned round": (
        "thresholds: [{when: {year_built: {from: 2020, to: 2012}}, value: 1}]",
        "year_built",
        "早于",
        "before",
    ),
    "a condition that is none": ("thresholds: [{when: {teachers: 3}, value: 1}]", "when.teachers", "拼写", "no such key"),
    "a tier with two bounds": ("tiers: [{at_least: 1, at_most: 2, points: 3}]", "tiers.0", "只能给出一个", "only one"),
    "a tier without points": ("tiers: [{at_least: 1}]", "tiers.0.points", "缺少", "missing"),
}


@pytest.mark.parametrize(("entry", "place", "zh", "en"), INDICATORS.values(), ids=INDICATORS)
def test_a_malformed_indicator_is_told_by_file_key_and_what_is_wrong(entry, place, zh, en):
    line = f"indicators:\n  - {{id: X1, key: books, title: 图书, unit: 册, numerator: {{add: [books]}}, {entry}}}\n"
    error = told(line)
    assert "indicators.0" in error.zh and place in error.zh and zh in error.zh and en in error.en


def test_a_yes_or_no_needs_a_field_of_its_kind():
    error = told("indicators:\n  - {id: X1, key: x, title: x, numerator: {add: [books], expected: 是}}\n")
    assert "indicators.0.numerator" in error.zh and "expected" in error.en


@pytest.mark.parametrize("key", ["source", "grade"])
def test_a_pack_that_cites_no_source_or_grade_is_refused(key):
    lines = [line for line in HEAD.splitlines() if not line.startswith(key)]
    error = told(ONE, "\n".join(lines) + "\n")
    assert f"{key}:缺少" in error.zh and f"{key}: this is missing" in error.en


@pytest.mark.parametrize("code", ["3", "360", "36052", "3605211", "江西"])
def test_a_prefix_has_two_four_or_six_digits(code):
    assert "provinces.0" in told(ONE, HEAD.replace("'36'", f"'{code}'")).zh


def test_a_pack_applies_to_the_counties_of_its_prefixes():
    some = pack(ONE, HEAD.replace("['36']", "['36', '3701', '440103']"))
    assert [some.applies_to(code) for code in ("360521", "370102", "370202", "440103", "440104")] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert next(s for s in shipped_standards() if s.id == "national-quality-2017").applies_to("440103")


def test_a_pack_of_an_unidentified_province_runs_on_trial_only():
    nowhere = pack(ONE, HEAD.replace("provinces: ['36']\n", ""))
    assert nowhere.only_on_trial
    assert nowhere not in in_force([*shipped_standards(), nowhere], YEAR)
    assert "basic-conditions-8-of-10" not in [s.id for s in in_force(shipped_standards(), YEAR)]
    monitoring = pack(ONE, HEAD.replace("provinces: ['36']\n", "").replace("school_conditions", "monitoring"))
    assert monitoring in in_force([*shipped_standards(), monitoring], YEAR)


def test_what_only_packs_use_is_demanded_of_nobody():
    everything = in_force(shipped_standards(), YEAR)
    assert fields_in_use(everything) == fields_in_use(s for s in everything if s.judges_counties)


class Files:
    """Standard files of one's own in a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, **contents: str):
        paths = []
        for name, text in contents.items():
            path = self.folder / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return paths


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def named(
    name: str, prefixes: str = "['36']", role: str = "school_conditions", years: str = "{from: 2020-2021}", more: str = ""
) -> str:
    head = HEAD.replace("id: pack", f"id: {name}").replace("['36']", prefixes).replace("school_conditions", role)
    return head.replace("{from: 2020-2021}", years) + ONE + more


class TestOverlap:
    @pytest.mark.parametrize("prefixes", ["['36']", "['3605']", "['360521']", "['44', '3605']"])
    def test_two_packs_of_one_role_for_one_county_and_year_are_told_with_both_files(self, files, prefixes):
        standards = all_standards(files(甲=named("one"), 乙=named("two", prefixes).replace("'44', ", "'51', ")))
        with pytest.raises(MendableError) as caught:
            in_force(standards, YEAR)
        for text in (caught.value.zh, caught.value.en):
            assert all(word in text for word in ("甲.yaml", "乙.yaml", "school_conditions", "2024-2025", "36"))

    @pytest.mark.parametrize(
        "other",
        [
            named("two", "['37']"),
            named("two", role="township"),
            named("two", years="{from: 2012-2013, to: 2019-2020}"),
            named("two", more="trial_only: true\n"),
            named("two", more="replaces: one\n"),
        ],
        ids=["another province", "another role", "other years", "on trial", "in place of it"],
    )
    def test_packs_that_do_not_meet_stand_side_by_side(self, files, other):
        in_force(all_standards(files(甲=named("one"), 乙=other)), YEAR)

    def test_one_of_your_own_may_replace_a_shipped_pack(self, files):
        own = named("our-guangdong", "['44']", more="replaces: guangdong-basic-conditions-2014\n")
        ids = [s.id for s in in_force(all_standards(files(own=own)), YEAR)]
        assert "our-guangdong" in ids and "guangdong-basic-conditions-2014" not in ids


NATIONAL = HEAD.replace("role: school_conditions\nprovinces: ['36']\n", "").replace("id: pack", "id: county")
COUNTIES = (
    "split_weights:\n  九年一贯制学校: {primary: 1, junior: 1.1}\n  完全中学: {junior: 1, senior: 1.2}\n"
    "  十二年一贯制学校: {primary: 1, junior: 1.1, senior: 1.32}\n"
    "coefficient_rule: {judge: each, limits: {primary: 0.5, junior: 0.5}}\n"
)
ANHUI = "anhui-basic-conditions"


def holding(paths, code: str, year: SchoolYear = YEAR) -> list[str]:
    """The ids of the packs in force that hold for a county."""
    return [s.id for s in in_force(all_standards(paths), year) if not s.judges_counties and s.applies_to(code)]


class TestReplacing:
    """A replaced standard gives way in the counties that the replacing one is for, and nowhere else."""

    def test_it_still_holds_for_counties_that_the_other_is_not_for(self, files):
        paths = files(own=named("hefei", "['3401', '340221']", more=f"replaces: {ANHUI}\n"))
        assert [holding(paths, code) for code in ("340102", "340221", "340222", "360521")] == [["hefei"], ["hefei"], [ANHUI], []]
        replaced = next(s for s in in_force(all_standards(paths), YEAR) if s.id == ANHUI)
        assert replaced.given_way == ("3401", "340221")

    def test_it_is_no_longer_in_force_where_nothing_is_left_for_it(self, files):
        for prefixes in ("['34']", "['33', '34']"):
            paths = files(own=named("ours", prefixes, more=f"replaces: {ANHUI}\n"))
            assert ANHUI not in [s.id for s in in_force(all_standards(paths), YEAR)]
            assert holding(paths, "340222") == ["ours"]

    def test_it_holds_everywhere_before_the_other_begins_and_while_that_is_on_trial(self, files):
        later = files(own=named("hefei", "['3401']", more=f"replaces: {ANHUI}\n"))
        assert holding(later, "340102", SchoolYear(2019)) == [ANHUI]
        tried = files(own=named("hefei", "['3401']", more=f"replaces: {ANHUI}\ntrial_only: true\n"))
        assert holding(tried, "340102") == [ANHUI]

    def test_a_pack_for_all_counties_gives_way_in_a_province(self, files):
        everywhere = named("nation", role="monitoring").replace("provinces: ['36']\n", "")
        paths = files(甲=everywhere, 乙=named("ours", "['36']", "monitoring", more="replaces: nation\n"))
        assert [holding(paths, code) for code in ("360521", "110101")] == [["ours"], ["nation"]]
        turned = files(甲=everywhere + "replaces: ours\n", 乙=named("ours", "['36']", "monitoring"))
        assert [holding(turned, code) for code in ("360521", "110101")] == [["nation"], ["nation"]]

    def test_one_that_is_replaced_still_keeps_out_what_it_replaces(self, files):
        paths = files(
            甲=named("one", "['34']", more=f"replaces: {ANHUI}\n"),
            乙=named("two", "['3401']", more="replaces: one\n"),
            丙=named("three", "['340102']", more="replaces: two\n"),
        )
        assert [holding(paths, code) for code in ("340102", "340103", "340221")] == [["three"], ["two"], ["one"]]
        wider = files(甲=named("one", "['3401']", more=f"replaces: {ANHUI}\n"), 乙=named("two", "['34']", more="replaces: one\n"))
        assert [holding(wider, code) for code in ("340102", "340221")] == [["two"], ["two"]]

    def test_two_that_replace_one_standard_for_the_same_county_are_still_told(self, files):
        ours = named("ours", "['3401']", more=f"replaces: {ANHUI}\n")
        theirs = named("theirs", "['340102']", more=f"replaces: {ANHUI}\n")
        with pytest.raises(MendableError) as caught:
            in_force(all_standards(files(甲=ours, 乙=theirs)), YEAR)
        assert all("340102" in text and "甲.yaml" in text and "乙.yaml" in text for text in (caught.value.zh, caught.value.en))
        in_force(all_standards(files(甲=ours, 乙=theirs.replace("340102", "3402"))), YEAR)

    def test_a_wider_one_beside_what_is_replaced_in_part_is_still_told(self, files):
        """hefei takes 3401 only: everywhere else in 34 two packs of one role would hold."""
        paths = files(甲=named("hefei", "['3401']", more=f"replaces: {ANHUI}\n"), 乙=named("other", "['3402']"))
        with pytest.raises(MendableError, match="3402"):
            in_force(all_standards(paths), YEAR)

    def test_a_national_standard_replaces_another_everywhere(self, files):
        own = NATIONAL + ONE + COUNTIES + "replaces: national-basic-2012\n"
        ids = [s.id for s in in_force(all_standards(files(own=own)), YEAR)]
        assert "county" in ids and "national-basic-2012" not in ids and "national-quality-2017" in ids

    @pytest.mark.parametrize(
        ("own", "zh", "en"),
        [
            (named("ours", more="replaces: ours\n"), "它自己", "itself"),
            (named("ours", more="replaces: anhui\n"), "没有编号为“anhui”的标准。请改为 anhui-basic-conditions、", "no standard 'anhui'. Write one of anhui-basic-conditions, "),
            (named("ours", more="replaces: anhui\ntrial_only: true\n"), "没有编号为“anhui”的标准。请改为 anhui-basic-conditions、", "no standard 'anhui'. Write one of anhui-basic-conditions, "),
            (
                named("ours", role="monitoring", more="replaces: anhui\n"),
                "没有编号为“anhui”的标准。请删去这一行", "no standard 'anhui'. Delete the line",
            ),
            (named("ours", more="replaces: national-basic-2012\n"), "national-basic-2012 的角色是 national", "has the role national"),
            (named("ours", more="replaces: shucheng-township-conditions\n"), "角色是 township", "has the role township"),
            (NATIONAL + ONE + COUNTIES + f"replaces: {ANHUI}\n", "角色是 school_conditions", "has the role school_conditions"),
            (
                NATIONAL + ONE + COUNTIES + "provinces: ['36']\nreplaces: national-basic-2012\n",
                "provinces",
                "judges all counties",
            ),
        ],
        ids=["itself", "nobody", "nobody, on trial", "nobody, of a role that no other has", "a national one", "another role", "a pack by a national one", "a part of the nation"],
    )  # fmt: skip
    def test_what_cannot_be_replaced_is_told_with_file_and_key(self, files, own, zh, en):
        with pytest.raises(MendableError) as caught:
            in_force(all_standards(files(错=own)), YEAR)
        assert zh in caught.value.zh and en in caught.value.en
        assert all("错.yaml" in text and "replaces" in text for text in (caught.value.zh, caught.value.en))

    def test_two_that_replace_each_other_are_told(self, files):
        with pytest.raises(MendableError) as caught:
            in_force(all_standards(files(甲=named("one", more="replaces: two\n"), 乙=named("two", more="replaces: one\n"))), YEAR)
        assert all(word in text for text in (caught.value.zh, caught.value.en) for word in ("甲.yaml", "乙.yaml", "replaces"))


class TestInheritance:
    CHILD = "id: child\ntitle: 下级\nsource: 某县〔2024〕1号\ngrade: A\nextends: {parent}\n"

    def test_keys_given_replace_and_indicators_change_by_id(self, files):
        child = self.CHILD.format(parent="one") + (
            "provinces: ['3605']\nreplaces: one\nindicators:\n  - {id: X1, thresholds: {primary: 2, junior: 3}}\n"
            "  - {id: X2, key: site, title: 占地, unit: ㎡, numerator: {add: [site_area]}, thresholds: {primary: 1, junior: 1}}\n"
        )
        made = {s.id: s for s in all_standards(files(甲=named("one", more="school_rule: {kind: all}\n"), 乙=child))}["child"]
        assert [(i.id, i.by_section) for i in made.indicators] == [
            ("X1", {"primary": 2, "junior": 3}),
            ("X2", {"primary": 1, "junior": 1}),
        ]
        assert made.indicators[0].title == "图书", "what is not given stays"
        assert (made.role, made.provinces, made.school_rule.kind) == ("school_conditions", ("3605",), "all")

    def test_a_pack_that_extends_a_national_standard_leaves_the_county_behind(self):
        child = read_standard(
            self.CHILD.format(parent="national-quality-2017")
            + "role: school_conditions\nprovinces: ['36']\ndrop_indicators: [L2]\n"
            "school_rule: {kind: all}\n",
            "child.yaml",
        )
        assert child.coefficient_rule is None and not child.verdict_items and not child.judges_counties
        assert [i.id for i in child.indicators] == ["L1", "L3", "L4", "L5", "L6", "L7"]

    def test_source_is_never_inherited(self, files):
        with pytest.raises(MendableError, match="source"):
            all_standards(files(甲=named("one"), 乙=self.CHILD.format(parent="one").replace("source: 某县〔2024〕1号\n", "")))

    def test_a_circle_is_one_message_that_names_both_files(self, files):
        paths = files(
            甲=self.CHILD.format(parent="two").replace("child", "one"), 乙=self.CHILD.format(parent="one").replace("child", "two")
        )
        with pytest.raises(MendableError) as caught:
            all_standards(paths)
        for text in (caught.value.zh, caught.value.en):
            assert "甲.yaml" in text and "乙.yaml" in text and "extends" in text

    def test_a_standard_cannot_extend_itself(self, files):
        with pytest.raises(MendableError, match="成环"):
            all_standards(files(甲=self.CHILD.format(parent="child")))

    def test_an_unknown_parent_is_told_with_those_there_are(self, files):
        with pytest.raises(MendableError) as caught:
            all_standards(files(甲=self.CHILD.format(parent="nobody")))
        for text in (caught.value.zh, caught.value.en):
            assert all(word in text for word in ("甲.yaml", "nobody", "national-quality-2017"))

    def test_dropping_what_is_not_there_is_told(self, files):
        with pytest.raises(MendableError, match="X9"):
            all_standards(files(甲=named("one"), 乙=self.CHILD.format(parent="one") + "drop_indicators: [X9]\n"))
        with pytest.raises(MendableError, match="extends"):
            all_standards(files(甲=named("one", more="drop_indicators: [X1]\n")))


def test_coefficients_need_indicators_per_student_of_a_section():
    national = HEAD.replace("role: school_conditions\nprovinces: ['36']\n", "")
    rest = (
        "split_weights:\n  九年一贯制学校: {primary: 1, junior: 1.1}\n  完全中学: {junior: 1, senior: 1.2}\n"
        "  十二年一贯制学校: {primary: 1, junior: 1.1, senior: 1.32}\n"
        "coefficient_rule: {judge: each, limits: {primary: 0.5, junior: 0.5}}\n"
    )
    assert pack(ONE + rest, national).judges_counties
    total = ONE.replace("thresholds", "over: nothing, thresholds")
    assert "X1" in told(total + rest, national).zh
    assert "commitment" in told(ONE + rest + "commitment: {years: 2, indicators: [X1]}\n", national).zh
