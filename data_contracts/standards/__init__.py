"""The shipped standards, one YAML file each.

Belongs here: files that state an official source. Does not belong here: code; ``data_contracts.standard`` reads them.
"""
