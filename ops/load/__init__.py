"""Visitors by the hundred, doing what people do, against nginx, gunicorn and PostgreSQL as they serve people.

`people` says what people do, `locustfile` lets locust do it, `serving` starts the servers, `samples`
watches their memory and processor, `figures` makes the table, `__main__` is `ops/load/run`.
"""
