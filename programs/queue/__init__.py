"""What needs doing today, read from what is stored: nothing here keeps a list of its own.

`order` (pure) says what comes first and why, `waiting` reads what waits, `claiming` gives each center to one
account at a time, `snoozing` puts one off, `clock` tells what time it is there, `asking` picks what to ask.
"""
