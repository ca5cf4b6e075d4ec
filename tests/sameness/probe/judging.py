"""The golden vectors and the corpus of liars, as a checkout's own code reads them."""

import hashlib
import json
import runpy
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from finding import either, file_ending, files, module_with

Progress = Callable[[int, int], None]


# Golden vectors ----------------------------------------------------------------------------------------------------------


def golden(tree: Path, progress: Progress) -> dict[str, str]:
    """The files themselves, and what this code computes from, decodes and verifies of them."""
    seen: dict[str, str] = {}
    for part in ("primitives", "events"):
        file = file_ending(tree, f"golden/{part}.json")
        maker = runpy.run_path(str(file.parent / f"make_{part}.py"))
        seen[f"file {part}.json"] = file.read_bytes().decode("utf-8")
        stored = json.loads(file.read_bytes())
        for done, (name, vector) in enumerate(stored.items()):
            progress(done, len(stored))
            made = _event(tree, maker, name, vector) if part == "events" else maker["compute"](vector)
            seen[f"{part}/{name}"] = json.dumps(made, ensure_ascii=False, indent=1)
    return seen


def _event(tree: Path, maker: Mapping[str, Any], name: str, vector: Mapping[str, Any]) -> dict[str, Any]:
    gives = vector["gives"]
    schemas = either(maker, "shipped_schemas", "bundled_schemas")()
    avro, schema = bytes.fromhex(gives["avro"]), schemas.by_ce_type[name]
    signing_input = maker["event_signing_input"](name, schema.fingerprint, avro)
    public, signature = maker["KEY"].public_key, bytes.fromhex(gives["signature"])
    verify = module_with(tree / "src", "tongban", "verify", "SigningKey").verify

    def decoded(data: bytes) -> str:
        try:
            return json.dumps([maker["to_json"](each) for each in maker["decode"](schema, data)], ensure_ascii=False)
        except Exception as err:
            return f"refused: {err}"

    return {
        "computed": maker["compute"](name, vector),
        "decoded": json.loads(decoded(avro)),
        "verified": [
            verify(maker["ED25519"], public, signing_input + more, signed)
            for more in (b"", b"\0")
            for signed in (signature, signature[::-1])
        ],
        "each byte changed": [decoded(bytes(changed))[:160] for changed in _each_byte_changed(avro)],
    }


def _each_byte_changed(data: bytes) -> list[bytearray]:
    changed = [bytearray(data) for _ in data]
    for place, each in enumerate(changed):
        each[place] ^= 1 << place % 8
    return changed


# The corpus --------------------------------------------------------------------------------------------------------------


def corpus(tree: Path, progress: Progress, *, whole: bool) -> dict[str, str]:
    """What every city makes of each artefact, as the difference from what it makes of the history without it.

    Not `whole`: only one reader for each artefact, in turn.
    """
    artefacts = module_with(tree, "tests", "Artefact", "from_json")
    reading = module_with(tree, "tests", "Outcome", "scripted", "read")
    records, genesis, topics = module_with(tree, "tests", "BASE_TEXT", "base").base()
    readers = [*enumerate(reading.READERS, start=2), (1, reading.STRANGER)]

    def outcome(more: tuple[Any, ...], seed: int, region: str) -> dict[str, set[str]]:
        log = reading.scripted([*records, *more], topics, seed)
        return _flat(reading.read(log, genesis, region))

    plain = {seed: outcome((), seed, region) for seed, region in readers}
    cases = sorted(file for file in files(artefacts.CASES) if file.suffix == ".json")
    seen: dict[str, str] = {"history": json.dumps({seed: _digest(each) for seed, each in plain.items()}, indent=1)}
    for number, file in enumerate(cases):
        progress(number, len(cases))
        text = file.read_text("utf-8")
        chosen = readers if whole else [readers[number % len(readers)]]
        found = {
            f"{region}, order {seed}": _beside(outcome(artefacts.from_json(text).records, seed, region), plain[seed])
            for seed, region in chosen
        }
        digest = hashlib.sha256(text.encode()).hexdigest()
        seen[file.stem] = json.dumps({"file": digest, **found}, ensure_ascii=False, indent=1)
    return seen


def _flat(outcome: Any) -> dict[str, set[str]]:
    """An outcome as sets of texts, by field."""
    return {each.name: _texts(getattr(outcome, each.name)) for each in fields(outcome)}


def _texts(value: Any) -> set[str]:
    items = value.items() if isinstance(value, Mapping) else value
    return {json.dumps(_plain(item), ensure_ascii=False) for item in items}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, frozenset | set):
        return sorted(map(_plain, value), key=str)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value


def _digest(outcome: Mapping[str, set[str]]) -> dict[str, str]:
    return {name: hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest() for name, found in outcome.items()}


def _beside(outcome: Mapping[str, set[str]], plain: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """What is there and was not (+), and the reverse (-)."""
    return {
        name: [
            *(f"+ {each}" for each in sorted(found - plain[name])),
            *(f"- {each}" for each in sorted(plain[name] - found)),
        ]
        for name, found in outcome.items()
        if found != plain[name]
    }
