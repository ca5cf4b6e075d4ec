"""`tongban contracts new`: the folder of a new matter, or of a matter's next version, with what is left to fill in."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.output import pairs, table
from tongban.contracts.faults import Fault, FaultyContractError
from tongban.contracts.matter.description.regime_file import RegimeName
from tongban.contracts.matter.folders import read_matter
from tongban.contracts.matter.regimes import released_regimes
from tongban.contracts.matter.scaffold import new_matter, next_version
from tongban.domain.errors import MalformedError, SettingsError
from tongban.domain.law.rules import CaseKind, LegalRegime

FolderOption = Annotated[Path, typer.Option("--contracts", help="合同目录 Folder in which matters/ is or will be.")]
CODE_DIGITS = 12


def register(group: typer.Typer) -> None:
    """Add the command to `tongban contracts`."""

    @command(
        group,
        "new",
        example="tongban contracts new 000199099000 --contracts ./contracts/data --regime licence\n"
        "tongban contracts new 000199003000 --contracts ./contracts/data",
    )
    def new(
        call: Call,
        code: Annotated[str, typer.Argument(metavar="CODE", help="基本编码 Catalogue code, twelve digits.")],
        folder: FolderOption = Path("contracts/data"),
        regime: Annotated[
            LegalRegime, typer.Option("--regime", help="法律性质 Legal regime of a new matter.")
        ] = LegalRegime.OTHER_POWER,
        kind: Annotated[
            CaseKind, typer.Option("--case-kind", help="办件类型 Of a new matter: instant 即办件, commitment 承诺件.")
        ] = CaseKind.COMMITMENT,
    ) -> None:
        """新建事项 Make the folder of a new matter, or of its next version as a copy; say what is left to fill in.

        What is left is what the validator refuses: fill it in, and `tongban contracts check` accepts the matter.
        """
        if not (len(code) == CODE_DIGITS and code.isascii() and code.isdigit()):
            raise MalformedError("a catalogue code", expected="twelve digits 基本编码", found=repr(code))
        made = _make(folder / "matters" / code, code, kind, regime)
        left = _left(made)
        value = {
            "matter": code,
            "version": made.name,
            "folder": str(made),
            "files": sorted(each.name for each in made.iterdir()),
            "left": [{"file": each.file, "path": each.path, "expected": each.expected} for each in left],
        }

        def show(console: Console) -> None:
            files = ", ".join(sorted(each.name for each in made.iterdir()))
            pairs(console, f"已新建 Made {code}/{made.name}", [("folder", str(made)), ("files", files)])
            if left:
                rows = [(each.file, each.path, each.expected) for each in left]
                console.print(table(f"待填 {len(rows)} left to fill in", ("file", "where", "expected"), rows))
            console.print(
                "then: add the fields of form.avsc and outcome.avsc, the steps, the questions; docs/matters.md"
            )

        call.output.result(value, show)


def _make(parent: Path, code: str, kind: CaseKind, regime: LegalRegime) -> Path:
    versions = sorted(int(each.name) for each in parent.glob("*") if each.is_dir() and each.name.isdigit())
    if versions:
        newest = parent / str(versions[-1])
        held = {each.name: each.read_bytes() for each in newest.iterdir() if each.is_file()}
        files, made = next_version(held, versions[-1] + 1), parent / str(versions[-1] + 1)
    else:
        files, made = new_matter(code, kind, _newest(regime)), parent / "1"
    try:
        made.mkdir(parents=True)
        for name, data in files.items():
            (made / name).write_bytes(data)
    except OSError as err:
        raise SettingsError(f"{made} cannot be written", found=err.strerror or str(err)) from err
    return made


def _newest(regime: LegalRegime) -> RegimeName:
    return [each for each in released_regimes() if each.name == regime.value][-1]


def _left(folder: Path) -> tuple[Fault, ...]:
    try:
        read_matter(folder)
    except FaultyContractError as err:
        return err.faults
    return ()
