"""Where bytes live: settings, inbox, tables, database, publication folder.

Belongs here: everything that touches a disk or a database, as Dagster resources or plain classes.
Does not belong here: calculations, and decisions about when something runs.
"""
