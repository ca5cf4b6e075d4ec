"""kafka-python, imported in one place.

It reads its schemas with a function that Python 3.11 and 3.12 call deprecated (3.13 took that back), so importing it
under `-W error` would fail. Every adapter of Kafka takes `kafka` from here.
"""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", r"(read|open)_text is deprecated", DeprecationWarning)
    import kafka
    import kafka.admin
    import kafka.consumer.fetcher
    import kafka.errors
    import kafka.net.compat
    import kafka.net.inet
    import kafka.net.manager
    import kafka.net.selector
    import kafka.record.default_records

__all__ = ["kafka"]
