"""Seeded demos, and what every command that looks shows of the homes that they leave."""

import json
from collections.abc import Callable
from pathlib import Path

from scripted import shown
from terminal import Terminal

PASSPHRASE = "demo-only-not-a-secret"
LOOKING = (
    "views digest",
    "views rebuild",
    "case list --limit 1000",
    "federation show",
    "officer list",
    "region settings show",
    "quarantine list",
    "audit",
    "log tail --from-beginning",
)


def demo(
    terminal: Terminal, cases: int, seed: int, kafka: str | None, progress: Callable[[int, int], None]
) -> dict[str, str]:
    """Run one, then look at every case in every city."""
    broker = ("--kafka", kafka) if kafka else ()
    words = ("demo", "--cases", str(cases), "--seed", str(seed), *broker, "--keep", "kept", "--json")
    answer = terminal.run(*words)
    seen = {"demo": shown(answer)}
    if answer.code != 0:
        return seen
    cities = sorted(home.name for home in (terminal.folder / "kept").iterdir() if home.name.isdigit())
    for city in cities:
        home = ("--home", f"kept/{city}", "--json")
        for looking in LOOKING:
            seen[f"{city} {looking}"] = shown(terminal.run(*looking.split(), *home))
        listed = json.loads(terminal.run("case", "list", "--limit", str(cases), *home).out)["cases"]
        for number, case in enumerate(sorted(each["case"] for each in listed)):
            progress(cities.index(city) * cases + number, len(cities) * cases)
            seen[f"{city} case show {case}"] = shown(terminal.run("case", "show", case, *home))
    return seen


def world(folder: Path, kafka: str | None) -> Terminal:
    """Where demos run. The time stands still for the timestamps of an embedded log; a broker has a clock of its own."""
    environment = {"TONGBAN_PASSPHRASE": PASSPHRASE, "COLUMNS": "120", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    return Terminal(folder, environment, frozen=kafka is None)
