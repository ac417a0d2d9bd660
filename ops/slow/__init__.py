"""Clients that send a byte now and then, or read none: `__main__` is `ops/slow_clients`."""
