"""When things happen: composition root, jobs, schedules, sensors, and the command ``junheng``.

Belongs here: putting parts together and starting them.
Does not belong here: anything that another layer could hold.
"""
