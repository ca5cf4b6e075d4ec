"""The watch over the notes of the own region: the writer, which must notice that it is not the only one."""

from typing import Protocol

from tongban.contracts.notes.checkpoint import Checkpoint, Start
from tongban.ledger.event_log import TopicPartition


class NoteWatch(Protocol):
    """Hears of every genuine note of the own region, before anything behind it is judged; may raise to stop the process."""

    def saw_start(self, place: TopicPartition, start: Start, *, counted: bool) -> None:
        """A start of the own region was read."""

    def saw_checkpoint(self, place: TopicPartition, checkpoint: Checkpoint, digest: bytes, *, counted: bool) -> None:
        """A checkpoint of the own region was read; `digest` is the SHA-256 of its record's value."""

    def read_durably(self) -> None:
        """What was read since the last call is kept."""

    def read_rolled_back(self) -> None:
        """What was read since the last call was rolled back; it will be read again."""
