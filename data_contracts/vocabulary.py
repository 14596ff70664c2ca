"""Closed lists of words that tables, files and screens share, with their Chinese.

Belongs here: words used by more than one layer. Does not belong here: choices of a form (``choices.csv``).
"""

FORMS = {
    "bulk_table": "汇总表",
    "school_form": "学校填报表",
    "county_form": "县级填报表",
    "receipt": "回执",
    "unknown": "无法识别",
}

SEVERITIES = {"error": "错误", "query": "疑问", "note": "提示"}

OUTCOMES = {
    "accepted": "已采用",
    "accepted_with_queries": "已采用,有疑问待说明",
    "partly_accepted": "部分学校已采用",
    "rejected": "退回",
    "superseded": "已被更新的文件取代",
    "duplicate": "与另一文件内容相同",
}

SCHOOL_OUTCOMES = {
    "accepted": "已采用",
    "accepted_with_queries": "已采用,有疑问待说明",
    "left_out": "有错误,未采用",
    "missing": "未报送",
}

# Author of the comments that a receipt puts into a workbook; by it they are told from those of a school.
RECEIPT_AUTHOR = "均衡回执"
# It opens what a receipt says in a comment: LibreOffice drops the authors when it saves, but keeps the words.
RECEIPT_OPENING = f"【{RECEIPT_AUTHOR}】"
