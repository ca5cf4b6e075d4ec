"""Coverage-guided fuzzing of the parsers, for as long as one likes.

    .venv/bin/python -m tests.fuzz.fuzz_records TARGET [options of libFuzzer]
    .venv/bin/python -m tests.fuzz.fuzz_records event-record -max_total_time=600

Needs atheris (`.venv/bin/pip install atheris`; tried: 3.0 on CPython 3.11, 15,000 to 60,000 inputs a second), which nothing
else here does. Without it the same targets run on mutations without guidance, seeded: `-runs=N` and `-seed=N` are
understood. A crash is an exception that is not ours, two forms of one thing, or memory beyond `-rss_limit_mb`; the input
that did it is printed or written to `crash-*`.
"""

import random
import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import TARGETS, mutated, seeds

DEFAULT_RUNS = 1_000_000
MAX_INPUT_BYTES = 200_000


def guided(name: str, options: list[str]) -> None:
    """Run libFuzzer; it ends the process."""
    import atheris  # noqa: PLC0415  (optional)

    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            Path(folder, f"{number:05}").write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], f"-max_len={MAX_INPUT_BYTES}", "-rss_limit_mb=512", *options, folder], TARGETS[name]
        )
        atheris.Fuzz()


def unguided(name: str, options: list[str]) -> None:
    """Mutate seeds and what came of them; stop at the first input that breaks the target."""
    given = dict(option.lstrip("-").split("=", 1) for option in options if "=" in option)
    rng = random.Random(int(given.get("seed", "1")))
    kept = list(seeds(name))
    for number in range(int(given.get("runs", DEFAULT_RUNS))):
        data = mutated(rng.choice(kept), rng)[:MAX_INPUT_BYTES]
        try:
            TARGETS[name](data)
        except Exception:
            print(f"run {number}, {len(data)} bytes: {data.hex()}", file=sys.stderr)
            raise
        if rng.random() < 0.1:
            kept[rng.randrange(len(kept))] = data


def main(arguments: list[str]) -> int:
    """Fuzz one target; returns the exit code."""
    if not arguments or arguments[0] not in TARGETS:
        print(f"usage: python -m tests.fuzz.fuzz_records {{{','.join(TARGETS)}}} [-runs=N] [-seed=N]", file=sys.stderr)
        return 2
    name, *options = arguments
    try:
        guided(name, options)
    except ModuleNotFoundError as err:
        if err.name != "atheris":
            raise
        print("atheris is not installed: mutations without guidance", file=sys.stderr)
        unguided(name, options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
