"""How many students a class may have (教督〔2017〕6号: 小学、初中所有班级学生数分别不超过45人、50人), from the shipped standard.

Belongs here: the sizes for all that is about large classes and judges no item of a county's verdict: forms, lists, words.
Does not belong here: the judging of an item by a standard in force (``domain.assessment.items_schools``).
"""

from functools import cache

from data_contracts.standard import shipped_standards
from data_contracts.verdict_rules_of_schools import ClassSize


@cache
def largest_classes() -> dict[str, int]:
    """Students that a class may have at most, by section: those of the rule ``class_size`` of the national quality standard.

    Raises:
        ValueError: the shipped standards have no such rule, or more than one.
    """
    rules = [item.rule for standard in shipped_standards() for item in standard.verdict_items if isinstance(item.rule, ClassSize)]
    if len(rules) != 1:
        raise ValueError(f"{len(rules)} shipped rules of the kind class_size; one is needed")
    return {"primary": rules[0].primary, "junior": rules[0].junior}
