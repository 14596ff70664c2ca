"""The layouts that come with the project, one YAML file each.

Belongs here: files that state for each item how far it can be trusted and where it comes from.
Does not belong here: code; ``data_contracts.layout`` reads them.
"""
