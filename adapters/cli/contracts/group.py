"""`tongban contracts`: the contracts in a folder, which versions there are, what is wrong, what changed; release them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.contracts import compare, new
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import pairs, table
from tongban.contracts.compatibility.difference import Change
from tongban.contracts.compatibility.types import AvroField
from tongban.contracts.faults import Fault, refuse_faulty
from tongban.contracts.releases.difference import Concerned, Difference, difference
from tongban.contracts.releases.folder import ContractKind, ContractsFolder, Version
from tongban.contracts.releases.gate import gate, read_type, schema_files
from tongban.contracts.releases.lock import is_released, lock
from tongban.contracts.shipped import SHIPPED
from tongban.domain.errors import SettingsError

group = typer.Typer(no_args_is_help=True, help="合同 Contracts: events and matters, their versions, their release.")

FolderOption = Annotated[
    Path | None,
    typer.Option("--contracts", help="合同目录 Folder with schemas/ and matters/ (default: those of this software)."),
]
VersionArgument = Annotated[str, typer.Argument(help="版本 As case.asked.v2, or 000199003000/1.")]


def open_folder(folder: Path | None) -> ContractsFolder:
    """The folder named, or that of this software. Raises SettingsError where it holds no contracts."""
    root = folder or SHIPPED
    if not any((root / kind).is_dir() for kind in ContractKind):
        raise SettingsError(
            "no folder of contracts", expected=f"one of {', '.join(ContractKind)} in it", found=str(root),
            advice="name it with --contracts",
        )  # fmt: skip
    return ContractsFolder(root)


@command(group, "list", example="tongban contracts list\ntongban contracts list --contracts ./contracts/data --json")
def list_contracts(call: Call, folder: FolderOption = None) -> None:
    """列出合同 List every version of every event schema and matter, and whether it is released."""
    opened = open_folder(folder)
    found = [(each, is_released(opened, each)) for each in opened.versions]
    listed = [_version_json(each, released) for each, released in found]

    def show(console: Console) -> None:
        rows = [(each.kind, each.label, "已发布 released" if released else "未发布") for each, released in found]
        console.print(table(f"{len(rows)} versions", ("kind", "version", ""), rows))

    call.output.result({"folder": str(opened.root), "contracts": listed}, show)


@command(group, "show", example="tongban contracts show case.asked.v2\ntongban contracts show 000199003000/1")
def show_contract(call: Call, version: VersionArgument, folder: FolderOption = None) -> None:
    """查看合同 Show one version: its files, and the fields of its schemas."""
    opened = open_folder(folder)
    found = opened.find(version)
    fields = {file.name: _fields(file) for file in schema_files(found)}
    value = {
        **_version_json(found, is_released(opened, found)),
        "files": [file.name for file in found.files],
        "fields": {
            name: [{"name": each.name, "type": str(each.type), "aliases": list(each.aliases)} for each in known]
            for name, known in fields.items()
        },
    }

    def show(console: Console) -> None:
        released = "已发布 released" if value["released"] else "未发布 not released"
        pairs(console, found.label, [("files", ", ".join(value["files"])), ("status", released)])
        for name, known in fields.items():
            rows = [(each.name, str(each.type), ", ".join(each.aliases)) for each in known]
            console.print(table(name, ("field", "type", "was"), rows))

    call.output.result(value, show)


@command(group, "check", example="tongban contracts check\ntongban contracts check --contracts ./contracts/data --json")
def check(call: Call, folder: FolderOption = None) -> None:
    """检查合同 Check every contract against its rules, the lock, and the versions before it. Exit code 6: faults, all told."""
    opened = open_folder(folder)
    faults = gate(opened)
    waiting = [each.label for each in opened.versions if not is_released(opened, each)] if not faults else []
    value = {
        "folder": str(opened.root),
        "checked": len(opened.versions),
        "unreleased": waiting,
        "faults": [_fault_json(each) for each in faults],
    }

    def show(console: Console) -> None:
        lines = [("checked", f"{len(opened.versions)} versions"), ("unreleased 未发布", ", ".join(waiting))]
        pairs(console, f"{len(faults)} 处问题 faults" if faults else "合同无误 The contracts are sound", lines)
        if faults:
            columns = ("file", "where", "expected", "found")
            console.print(table("", columns, [(each.file, each.path, each.expected, each.found) for each in faults]))

    call.output.result(value, show)
    if faults:
        raise typer.Exit(ExitCode.FINDINGS)


@command(
    group,
    "diff",
    example="tongban contracts diff case.asked.v1 case.asked.v2\ntongban contracts diff 000199003000/1 000199003000/2",
)
def diff(
    call: Call,
    older: Annotated[str, typer.Argument(help="旧版本 The older version, as case.asked.v1.")],
    newer: Annotated[str, typer.Argument(help="新版本 The newer version, as case.asked.v2.")],
    folder: FolderOption = None,
) -> None:
    """比较版本 Say in plain words what changed between two versions, and whom it breaks."""
    opened = open_folder(folder)
    found = difference(opened.find(older), opened.find(newer))
    call.output.result(_difference_json(found), lambda console: _show_difference(console, found))


@command(group, "release", example="tongban contracts release --contracts ./contracts/data 000199003000/2")
def release(
    call: Call,
    versions: Annotated[
        list[str] | None, typer.Argument(help="版本 The versions to release (default: all that are not).")
    ] = None,
    folder: FolderOption = None,
) -> None:
    """发布版本 Freeze versions: their digests go into LOCK.json, and from then on their files never change.

    Refused while anything in the folder is wrong, an incompatible version above all. What must be incompatible takes another
    name: a new event, or a record of another name in the form.
    """
    opened = open_folder(folder)
    chosen = [opened.find(each) for each in versions or ()] or list(opened.versions)
    refuse_faulty(gate(opened))
    fresh = [each for each in chosen if not is_released(opened, each)]
    digests = {each.label: lock(opened, each) for each in fresh}

    def show(console: Console) -> None:
        lines = [(name, digest) for files in digests.values() for name, digest in files.items()]
        pairs(console, f"已发布 Released {', '.join(digests) or 'nothing: all of it was released before'}", lines)

    call.output.result({"folder": str(opened.root), "released": digests}, show)


for _part in (new, compare):
    _part.register(group)


def _fields(file: Path) -> tuple[AvroField, ...]:
    found = read_type(file)
    return found.fields if found else ()


def _version_json(version: Version, released: bool) -> dict[str, Any]:
    return {"kind": version.kind, "version": version.label, "released": released}


def _fault_json(fault: Fault) -> dict[str, str]:
    return {"file": fault.file, "path": fault.path, "expected": fault.expected, "found": fault.found}


def _change_json(change: Change) -> dict[str, str]:
    return {"path": change.path, "what": change.words}


def _concerned_json(concerned: Concerned) -> dict[str, Any]:
    return {
        "who": concerned.who_en,
        "who_zh": concerned.who_zh,
        "breaks": concerned.breaks,
        "what": concerned.says,
        "details": list(concerned.details),
    }


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "older": found.older,
        "newer": found.newer,
        "files": {each.file: [_change_json(change) for change in each.changes] for each in found.files},
        "concerned": [_concerned_json(each) for each in found.concerned],
    }


def _show_difference(console: Console, found: Difference) -> None:
    for each in found.files:
        rows = [(change.path, change.words) for change in each.changes] or [("", "没有变化 nothing changed")]
        console.print(table(f"{each.file}: {found.older} → {found.newer}", ("where", "what changed"), rows))
    listed = [
        (
            f"{each.who_zh} {each.who_en}",
            "受影响 yes" if each.breaks else "否 no",
            "\n".join((each.says, *each.details)),
        )
        for each in found.concerned
    ]
    console.print(table("对谁有影响 Whom it breaks", ("who", "breaks", "what it means"), listed))
