"""From the bytes of a workbook to values with addresses, findings and outcomes.

Belongs here: recognising, reading, screening and settling what schools hand in.
Does not belong here: indicators and verdicts (``domain.assessment``), writing of receipts (``domain.reporting``).
"""
