"""What each command of ``junheng`` does, a module per command, imported only when it is called.

Belongs here: talking to the person at the console. Does not belong here: anything a scheduled run also needs.
"""
