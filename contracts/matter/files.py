"""The files of a matter and of a bundle by name: which there must be, and that they are text."""

from collections.abc import Iterator, Mapping

from tongban.contracts.faults import Fault

MATTER_FILE, FORM_FILE, OUTCOME_FILE, REGIME_FILE = "matter.yaml", "form.avsc", "outcome.avsc", "regime.yaml"
FILES = (FORM_FILE, MATTER_FILE, OUTCOME_FILE)
"""What every matter has. In format 2 the regime comes with them."""


def name_faults(files: Mapping[str, bytes], folder: str, *, with_regime: bool) -> Iterator[Fault]:
    """Files that are missing, and files that are none of a matter."""
    names = {*files}
    known = (*FILES, REGIME_FILE) if with_regime else FILES
    for name in sorted({*FILES} - names):
        yield Fault(folder + name, "", "the file", "nothing")
    for name in sorted(names - {*known}):
        yield Fault(folder + name, "", f"only {', '.join(known)}", "another file")


def text_faults(file: str, data: bytes) -> Iterator[Fault]:
    """Bytes that are no text; `file` is how messages call them."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as err:
        yield Fault(file, f"byte {err.start}", "UTF-8", f"0x{data[err.start]:02x}")
