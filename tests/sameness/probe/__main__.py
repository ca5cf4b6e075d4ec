"""What runs inside a checkout's own interpreter, and writes down what can be observed of it.

    python tests/sameness/probe TREE WORLD ANSWER golden
    python tests/sameness/probe TREE WORLD ANSWER corpus [whole]
    python tests/sameness/probe TREE WORLD ANSWER life SCRIPT
    python tests/sameness/probe TREE WORLD ANSWER demo CASES SEED [HOST:PORT]

TREE is the checkout, WORLD a folder to work in, ANSWER the file that is written: a JSON object of texts by name. Lines
`done total` on standard output tell how far it is. The same probe runs on both sides of a comparison, so it holds on to
what does not move: the command line, and names, which are looked up wherever they stand (`finding`).
"""

import json
import os
import shutil
import sys
from pathlib import Path

import demos
import helping
import judging
from scripted import Play
from terminal import Terminal

import tongban

ENVIRONMENT = {
    "TONGBAN_PASSPHRASE": "a passphrase of nobody",
    "TONGBAN_DURABLE": "false",
    "COLUMNS": "120",
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
}


def progress(done: int, total: int) -> None:
    """Say how far it is."""
    print(done, total, flush=True)


def life(tree: Path, world: Path, script: Path) -> dict[str, str]:
    """Every help text, and every answer of the script."""
    terminal = Terminal(world, dict(ENVIRONMENT), frozen=True)
    shutil.copytree(script.parent / "files", world, dirs_exist_ok=True)
    helps = helping.walk(terminal)
    play = Play(terminal, tree, helps)
    lines = script.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        progress(number, len(lines))
        try:
            play.step(line)
        except Exception as err:
            raise RuntimeError(f"{script.name}:{number}: {line}") from err
    return {**{f"help/tongban {name}".rstrip(): text for name, text in helps.items()}, **play.seen}


def main(tree: Path, world: Path, answer: Path, what: str, *more: str) -> None:
    """Observe one thing."""
    at = Path(tongban.__file__).absolute()
    if not at.is_relative_to(tree):
        raise RuntimeError(f"this is not the checkout's own code: {at}")
    seen: dict[str, str]
    if what == "golden":
        seen = judging.golden(tree, progress)
    elif what == "corpus":
        seen = judging.corpus(tree, progress, whole="whole" in more)
    elif what == "life":
        seen = life(tree, world, Path(more[0]))
    else:
        cases, seed, *given = more
        kafka = given[0] if given else None
        seen = demos.demo(demos.world(world, kafka), int(cases), int(seed), kafka, progress)
    answer.write_text(json.dumps(seen, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    os.umask(0o077)
    first, second, third, *rest = sys.argv[1:]
    main(Path(first), Path(second), Path(third), *rest)
