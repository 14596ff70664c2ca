"""What must hold: asset checks on coverage, reconciliation and plausibility.

Belongs here: statements about whole tables that stop a release or warn about it.
Does not belong here: rules about one school's return (``domain.intake``), types and keys of tables (``data_contracts``).
"""
