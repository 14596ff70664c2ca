"""What things are: fields, choices, school years, standards, table contracts and rule texts.

Belongs here: definitions and the small typed readers that load them.
Does not belong here: any calculation, any file of a user, anything that imports another layer.
"""
