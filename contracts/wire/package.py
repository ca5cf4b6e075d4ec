"""Files as one value of the contracts topic, and its outer shape: all that a verdict looks at (rule A5).

    {"form.avsc":"…text…","matter.yaml":"…text…",…}     RFC 8785, UTF-8, at most 512 KiB

- A JSON object of texts by file name, in its RFC 8785 form, so that one hash never covers two texts.
- This shape is frozen, as the rules of the chain are: software of any version must come to the same verdict. Which files
  there are and what they say may change with every later format.

Not handled here: what the files mean (`tongban.contracts.matter.contract`), and under which hash they are kept
(`tongban.ledger.published_contracts`).
"""

from collections.abc import Mapping

import rfc8785

from tongban.contracts.faults import Fault, FaultyContractError, shown
from tongban.contracts.strict_json import load_json

PACKAGE_MAX_BYTES = 512 * 1024
"""The largest package: half of what a Kafka broker takes as a record by default."""


def pack(files: Mapping[str, str]) -> bytes:
    """The package of texts by file name. Raises `FaultyContractError` where it is too large."""
    return _sized(rfc8785.dumps(dict(files)))


def unpack(package: bytes) -> dict[str, str]:
    """The texts in a package by file name. Raises `FaultyContractError` for bytes that have not the outer shape."""
    try:
        document = load_json(_sized(package))
    except ValueError as err:
        raise FaultyContractError([Fault("bundle", "", "JSON", str(err))]) from err
    if not isinstance(document, dict) or not all(isinstance(text, str) for text in document.values()):
        raise FaultyContractError([Fault("bundle", "", "an object {file name: text}", shown(document))])
    if pack(document) != package:
        raise FaultyContractError([Fault("bundle", "", "the RFC 8785 form", "the same object written in another way")])
    return document


def package_faults(package: bytes) -> tuple[Fault, ...]:
    """What keeps bytes from having the outer shape of a package; nothing if they have it."""
    try:
        unpack(package)
    except FaultyContractError as err:
        return err.faults
    return ()


def _sized(package: bytes) -> bytes:
    if len(package) > PACKAGE_MAX_BYTES:
        raise FaultyContractError([Fault("bundle", "", f"at most {PACKAGE_MAX_BYTES} bytes", f"{len(package)} bytes")])
    return package
