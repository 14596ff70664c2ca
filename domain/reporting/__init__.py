"""From tables to what people open: forms, receipts, workbooks, pages, CSV text.

Belongs here: rendering to bytes or text, rounding for display, neutralising of hostile text.
Does not belong here: any figure that is not already in a table, and where the bytes are written.
"""
