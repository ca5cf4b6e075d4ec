"""A log whose records arrive in an order that the test chooses: each partition in its own order, all else as drawn."""

import random
from collections.abc import Mapping

from tongban.ledger.event_log import LoggedRecord, TopicInfo, TopicPartition


class ScriptedLog:
    """Hands out recorded partitions; `rng` draws which partition comes next, and how much of it."""

    def __init__(
        self, records: Mapping[TopicPartition, list[LoggedRecord]], infos: Mapping[str, TopicInfo], rng: random.Random
    ):
        self._records = records
        self._infos = infos
        self._rng = rng

    def cluster_id(self) -> str:
        return "scripted"

    def topics(self) -> Mapping[str, TopicInfo]:
        return self._infos

    def reader(self, positions: Mapping[TopicPartition, int]) -> "ScriptedReader":
        return ScriptedReader(self._records, dict(positions), self._rng)

    def close(self) -> None:
        """Nothing is held."""


class ScriptedReader:
    def __init__(self, records, positions, rng) -> None:
        self._records, self._positions, self._rng = records, positions, rng
        self._paused = set()

    def poll(self, *, timeout_seconds, limit):
        ready = [place for place in self._positions if place not in self._paused and self._rest(place)]
        if not ready:
            return []
        place = self._rng.choice(sorted(ready))
        batch = self._rest(place)[: self._rng.randint(1, 4)]
        self._positions[place] = batch[-1].offset + 1
        return batch

    def _rest(self, place):
        return [each for each in self._records.get(place, ()) if each.offset >= self._positions[place]]

    def seek(self, place, offset):
        self._positions[place] = offset

    def pause(self, places):
        self._paused |= set(places)

    def resume(self, places):
        self._paused -= set(places)

    def ends(self):
        return {place: self._end(place) for place in self._positions}

    def _end(self, place):
        records = self._records.get(place)
        return records[-1].offset + 1 if records else 0

    def close(self):
        """Nothing is held."""
