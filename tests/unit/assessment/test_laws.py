"""Laws that hold for every county, whatever its figures: no oracle is needed to see them broken.

Belongs here: invariants of split, coefficient, compliance and scope. Does not belong here: expected figures.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from generated_counties import WELL_PROVIDED, counties, schools
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.assessment.coefficients import composite, weighted_spread
from domain.assessment.school_sections import section_weights, split_resource

NATIONAL = st.sampled_from(["basic", "quality"])
resources = st.floats(0.01, 1e7)
enrolments = st.integers(1, 5000).map(float)
a_county = st.lists(st.tuples(resources, enrolments), min_size=2, max_size=12)


def spread(pairs, per=1.0):
    x, p = (np.array(column, float) for column in zip(*pairs, strict=True))
    return weighted_spread(np.zeros(len(x), dtype=int), 1, x, p, per)


@given(pairs=a_county, factor=st.floats(1e-3, 1e3))
def test_scaling_a_resource_leaves_the_coefficient(pairs, factor):
    """Yuan or 万元, ㎡ or 亩: the coefficient has no unit; mean and S scale along."""
    one, scaled = spread(pairs), spread([(x * factor, p) for x, p in pairs])
    assert scaled.coefficient[0] == pytest.approx(one.coefficient[0], rel=1e-9, abs=1e-12)
    assert scaled.mean[0] == pytest.approx(factor * one.mean[0], rel=1e-12)
    assert spread(pairs, per=100).coefficient[0] == pytest.approx(one.coefficient[0], rel=1e-9, abs=1e-12)


@given(pairs=a_county, data=st.data())
def test_order_of_schools_does_not_matter_to_a_spread(pairs, data):
    one, other = spread(pairs), spread(data.draw(st.permutations(pairs)))
    assert other.mean[0] == pytest.approx(one.mean[0], rel=1e-12)
    assert other.coefficient[0] == pytest.approx(one.coefficient[0], rel=1e-9, abs=1e-12)


@given(local=counties(max_size=7), standard=NATIONAL, data=st.data())
@settings(max_examples=10)
def test_order_of_files_does_not_matter_to_any_table(assess, local, standard, data):
    """Bitwise: rows come out in the order of codes, so sums are taken in the same order."""
    one, other = assess(local, standard)[standard], assess(data.draw(st.permutations(local)), standard)[standard]
    for table in ("sections", "scope", "indicators", "compliance", "coefficients", "contributions"):
        pd.testing.assert_frame_equal(one[table], other[table], check_exact=True)


@given(pairs=a_county, students=enrolments)
def test_a_school_at_the_county_mean_never_raises_the_deviation(pairs, students):
    """S²·P stays and P grows; the mean stays."""
    one = spread(pairs)
    more = spread([*pairs, (one.mean[0] * students, students)])
    assert more.mean[0] == pytest.approx(one.mean[0], rel=1e-12)
    assert more.standard_deviation[0] <= one.standard_deviation[0] * (1 + 1e-12) + 1e-12 * one.mean[0]


@given(pairs=a_county)
def test_merging_two_schools_never_raises_the_deviation(pairs):
    """Pooling students and resources of two schools only takes a difference away."""
    (x1, p1), (x2, p2), *rest = pairs
    one, merged = spread(pairs), spread([(x1 + x2, p1 + p2), *rest])
    assert merged.mean[0] == pytest.approx(one.mean[0], rel=1e-12)
    assert merged.standard_deviation[0] <= one.standard_deviation[0] * (1 + 1e-12) + 1e-12 * one.mean[0]


@given(pairs=a_county, copies=st.integers(2, 4))
def test_copies_of_a_county_are_as_balanced_as_the_county(pairs, copies):
    """The rule that n − 1 would break."""
    assert spread(pairs * copies).coefficient[0] == pytest.approx(spread(pairs).coefficient[0], rel=1e-9, abs=1e-12)


@given(pairs=a_county, parts=st.integers(2, 5))
def test_dividing_a_school_into_equal_campuses_changes_nothing(pairs, parts):
    """The rule that an unweighted mean would break: students count, not schools."""
    (x, p), *rest = pairs
    divided = spread([*[(x / parts, p / parts)] * parts, *rest])
    assert divided.coefficient[0] == pytest.approx(spread(pairs).coefficient[0], rel=1e-9, abs=1e-12)


@given(values=st.lists(st.floats(0, 3), min_size=8, max_size=8), hole=st.integers(0, 7))
def test_composite_lies_between_its_parts_and_needs_all(values, hole):
    whole = composite(np.array(values))
    assert min(values) - 1e-12 <= whole <= max(values) + 1e-12
    values[hole] = np.nan
    assert np.isnan(composite(np.array(values)))


KINDS = {"九年一贯制学校": (0, 1), "完全中学": (1, 2), "十二年一贯制学校": (0, 1, 2)}


@given(
    kind=st.sampled_from(sorted(KINDS)),
    whole=st.floats(0, 1e8),
    counts=st.lists(st.integers(0, 3000), min_size=3, max_size=3),
    entered=st.lists(st.one_of(st.none(), st.floats(0, 0.3)), min_size=3, max_size=3),
)
def test_splitting_preserves_the_total(split_weights, kind, whole, counts, entered):
    """Shares of all sections add up to the whole, are never negative, and entered ones stay as entered."""
    sharing = KINDS[kind]
    students = np.array([[float(counts[i]) if i in sharing else np.nan for i in range(3)]])
    given_ = np.array([[whole * e if i in sharing and (e := entered[i]) is not None else np.nan for i in range(3)]])
    open_ = [i for i in sharing if np.isnan(given_[0, i])]
    assume(sum(counts[i] for i in open_) > 0)
    weights = section_weights(np.array([kind], dtype=object), students, split_weights)
    shares = split_resource(np.array([whole]), given_, weights, students)[0]
    assert shares[list(sharing)].sum() == pytest.approx(whole, rel=1e-12, abs=1e-300)
    assert all(shares[i] >= 0 for i in sharing)
    assert all(shares[i] == given_[0, i] for i in sharing if i not in open_)
    assert all(np.isnan(shares[i]) for i in range(3) if i not in sharing)


COMPULSORY = ("小学", "初级中学", "九年一贯制学校", "完全中学", "十二年一贯制学校")
RISING = ["teaching_area", "sports_ground_area", "equipment_value", "multimedia_rooms"]
TEACHERS = ["teachers_above_required", "backbone_teachers", "pe_arts_teachers"]


def in_quality(kinds: tuple[str, ...]) -> st.SearchStrategy[list[dict]]:
    """Up to ten schools that count in quality balance; one assessment judges them all, each by itself."""
    several = st.lists(schools(1, WELL_PROVIDED, kinds), min_size=1, max_size=10)
    present = {"status": "正常", "handed_in": True}
    return several.map(lambda found: [{**s, "id": f"{n:010d}", "name": f"第{n}校", **present} for n, s in enumerate(found, 1)])


def verdicts_of(judge, local: list[dict]) -> dict[tuple[str, str], bool | None]:
    """(school, section) → complies; None where undecided."""
    judged = judge(local)
    keys = zip(judged["school_id"], judged["section"], strict=True)
    return {key: None if pd.isna(c) else bool(c) for key, c in zip(keys, judged["compliant"], strict=True)}


@given(local=in_quality(COMPULSORY), data=st.data(), more=st.sampled_from([Fraction("0.001"), Fraction(1), Fraction(1000)]))
@settings(max_examples=25)
def test_compliance_is_monotone(judge, local, data, more):
    """More of a resource never turns a complying section into another, nor an undecided one into a failing one.

    Of shared resources the whole is raised: more entered for one section would take from the others.
    """
    raised = []
    for school in local:
        places = [place for place in school["figures"] if place[0] in TEACHERS or (place[0] in RISING and place[1] is None)]
        place = data.draw(st.sampled_from(sorted(places, key=str))) if places else None
        changed = {place: school["figures"][place] * (1 + more) + more} if place else {}
        raised.append({**school, "figures": {**school["figures"], **changed}})
    before, after = verdicts_of(judge, local), verdicts_of(judge, raised)
    rank = {False: 0, None: 1, True: 2}
    assert [key for key, verdict in before.items() if rank[after[key]] < rank[verdict]] == []


@given(local=in_quality(("小学", "初级中学")), data=st.data())
@settings(max_examples=25)
def test_undecided_means_that_the_missing_figures_would_decide(judge, local, data):
    """Filled with plenty and with nothing: an undecided section goes both ways, a decided one stays."""
    stated, plenty, nothing, open_to_nothing = [], [], [], set()
    for school in local:
        (section,) = school["students"]
        needed = [(key, section) for key in (*TEACHERS, *RISING, "indoor_sports_area")]
        figures = {(key, section): figure for (key, _), figure in school["figures"].items()}
        for place in data.draw(st.lists(st.sampled_from(needed), max_size=2)):
            figures.pop(place, None)
        # Indoor rooms enter two indicators with two signs: always known here, and so the least that a teaching area can be.
        indoor = figures.setdefault(("indoor_sports_area", section), Fraction(0))
        missing = {place for place in needed if place not in figures}
        least = {place: indoor if place[0] == "teaching_area" else Fraction(0) for place in missing}
        stated.append({**school, "figures": figures})
        plenty.append({**school, "figures": {**figures, **dict.fromkeys(missing, Fraction(10**9))}})
        nothing.append({**school, "figures": {**figures, **least}})
        # Without any sports ground, indoor rooms may still suffice: "nothing" is not 0 there.
        if missing != {("sports_ground_area", section)}:
            open_to_nothing.add((school["id"], section))
    verdicts, best, worst = (verdicts_of(judge, one) for one in (stated, plenty, nothing))
    for key, verdict in verdicts.items():
        assert best[key] is not None and worst[key] is not None
        if verdict is not None:
            assert (best[key], worst[key]) == (verdict, verdict)
        else:
            assert best[key] is True
            assert worst[key] is False or key not in open_to_nothing


@given(local=counties(max_size=6), standard=NATIONAL, data=st.data())
@settings(max_examples=14)
def test_a_school_out_of_scope_changes_nothing(assess, local, standard, data):
    """Special education, vocational and closed schools; teaching points, private and others' schools in basic balance."""
    outsider = data.draw(schools(99))
    outsider |= {"county": local[0]["county"], "status": "正常", "handed_in": True}
    reasons = [{"type": "特殊教育学校"}, {"type": "职业学校"}, {"status": "停办"}]
    if standard == "basic":
        reasons += [{"type": "教学点"}, {"ownership": "民办"}, *({"administered_by": by} for by in ("市属", "省属", "其他"))]
    else:
        reasons += [{"type": "教学点", "students": {"primary": 49}, "handed_in": True}]
    outsider |= data.draw(st.sampled_from(reasons))
    one, other = assess(local, standard)[standard], assess([*local, outsider], standard)[standard]
    for table in ("indicators", "compliance", "coefficients", "contributions", "verdicts"):
        pd.testing.assert_frame_equal(one[table], other[table], check_exact=True, check_dtype=False)
    assert not other["scope"].set_index("school_id").loc[["0000000099"], "in_scope"].any()


@given(local=counties(max_size=7))
@settings(max_examples=10)
def test_contributions_add_to_one(assess, local):
    """Shares of the squared deviation: none negative, together 1 for every coefficient above 0, absent without spread."""
    for tables in assess(local, "basic", "quality").values():
        shares = tables["contributions"].groupby(["county_code", "section", "indicator"])["share"]
        spread = tables["coefficients"].set_index(["county_code", "section", "indicator"])["standard_deviation"]
        assert not (tables["contributions"]["share"] < 0).any()
        for key, total in shares.sum(min_count=1).items():
            if pd.isna(total):
                assert spread[key] == 0 or pd.isna(spread[key])
            else:
                assert total == pytest.approx(1, rel=1e-9)
