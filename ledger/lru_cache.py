"""A bounded cache: the most recently used values, so that memory does not grow with the ledger."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """At most `size` values; the least recently used goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, load: Callable[[Key], Value | None]) -> Value | None:
        """The value of `key`, loaded where it is not in memory; a missing one is not remembered."""
        if (value := self._values.get(key)) is not None:
            self._values.move_to_end(key)
            return value
        if (value := load(key)) is not None:
            self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Remember a value."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)

    def pop(self, key: Key) -> Value | None:
        """Take a value out; None if it is not in memory."""
        return self._values.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()
