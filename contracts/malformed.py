"""What is wrong with a record, or with the bytes in it, as a code that programs may rely on."""

from tongban.domain.errors import MalformedError


class MalformedRecordError(MalformedError):
    """A record, or what it carries, is out of form. `reason` names the rule; each parser lists its reasons."""

    def __init__(self, reason: str, message: str, *, expected: str = "", found: str = "") -> None:
        super().__init__(message, expected=expected, found=found)
        self.reason = reason
