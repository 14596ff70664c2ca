"""Closed lists of words that tables, files and screens share, with their Chinese.

Belongs here: words used by more than one layer. Does not belong here: choices of a form (``choices.csv``).
"""

FORMS = {
    "bulk_table": "汇总表",
    "school_form": "学校填报表",
    "county_form": "县级填报表",
    "rectification": "整改台账",
    "workflow": "工作进程表",
    "visit": "现场核查表",
    "plan": "三年规划表",
    "self_scores": "学校自评分表",
    "commitments": "建设承诺表",
    "class_sizes": "班额分段表",
    "receipt": "回执",
    "unknown": "无法识别",
}

SEVERITIES = {"error": "错误", "query": "疑问", "note": "提示"}

OUTCOMES = {
    "accepted": "已采用",
    "accepted_with_queries": "已采用,有疑问待说明",
    "partly_accepted": "部分已采用",
    "rejected": "退回",
    "superseded": "已被更新的文件取代",
    "duplicate": "与另一文件内容相同",
    "answers_only": "只收到说明,没有数据",
}
RECEIPT_OUTCOMES = {**OUTCOMES, "pending": "待处理(本学年已审定锁定)"}
"""What a receipt says of a file: of a locked year also that it waits."""

SCHOOL_OUTCOMES = {
    "accepted": "已采用",
    "accepted_with_queries": "已采用,有疑问待说明",
    "left_out": "有错误,未采用",
    "missing": "未报送",
}
COUNTED_OUTCOMES = ("accepted", "accepted_with_queries")
"""Outcomes of schools whose figures count."""

WORKFLOW_STAGES = {
    "self_assessment": "县级自评",
    "city_recheck": "市级复核",
    "provincial_evaluation": "省级评估",
    "national_recognition": "国家认定",
    "monitoring": "监测复查",
}

GAP_STATES = {"open": "未销号", "closed": "已销号", "reopened": "再次出现"}

WORKFLOW_OUTCOMES = {"passed": "通过", "returned": "退回整改", "failed": "未通过"}

# The sheet of a form that checks it while it is filled in.
CHECK_SHEET = "填报检查"

# Author of the comments that a receipt puts into a workbook; by it they are told from those of a school.
RECEIPT_AUTHOR = "均衡回执"
# It opens what a receipt says in a comment: LibreOffice drops the authors when it saves, but keeps the words.
RECEIPT_OPENING = f"【{RECEIPT_AUTHOR}】"

GROWTH_MEASURES = {
    "education_spending": "教育经费",
    "regular_revenue": "财政经常性收入",
    "spending_per_student": "生均教育事业费",
    "public_funds_per_student": "生均公用经费",
}
"""What the three growths 三个增长 compare: education spending against regular revenue, and two figures per student."""
