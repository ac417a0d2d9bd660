"""Past one machine, with real processes: `replica` is a PostgreSQL that follows another, `readers` are
visitors who never stop, `__main__` says what happens to each part and is `ops/past_one_machine`.
"""
