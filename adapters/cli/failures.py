"""How a failure is reported: one readable block for a person, one JSON object for a program, always on standard error.

{"error": {"code", "message", "expected", "found", "advice", "exit_code",
           "breach": {"code", "en", "zh", "source"},        where an act breaks a requirement
           "unaccepted": [{…}]}}                            where a writer was fenced: what nobody will accept
"""

import json
import sys
from typing import Any

from rich.console import Console

from tongban.adapters.cli.exit_codes import MEANINGS, ExitCode, exit_code_of
from tongban.adapters.cli.output import safe
from tongban.adapters.node.writing import FencedWithActsError
from tongban.domain.errors import ActRefusedError, TongbanError

_TITLES: dict[ExitCode, str] = {
    ExitCode.REFUSED: "Refused",
    ExitCode.USAGE: "Cannot begin",
    ExitCode.NOT_FOUND: "Not found",
    ExitCode.NOT_NOW: "Not now",
    ExitCode.STOPPED: "Stopped",
    ExitCode.FENCED: "Stopped: another writer",
}


def failure_as_json(error: TongbanError) -> dict[str, Any]:
    """An error as programs read it."""
    told: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "expected": error.expected,
        "found": error.found,
        "advice": error.advice,
        "exit_code": int(exit_code_of(error)),
    }
    if isinstance(error, ActRefusedError):
        requirement = error.breach.requirement
        told["breach"] = {
            "code": requirement.code,
            "en": requirement.en,
            "zh": requirement.zh,
            "source": requirement.source,
        }
    if isinstance(error, FencedWithActsError):
        told["unaccepted"] = [act.as_json() for act in error.acts]
    return {"error": told}


def report_failure(error: TongbanError, *, as_json: bool) -> ExitCode:
    """Write an error to standard error; the exit code to end with."""
    code = exit_code_of(error)
    if as_json:
        _write_json(failure_as_json(error))
    else:
        Console(stderr=True, highlight=False, soft_wrap=True).print(_block(error, code))
    return code


def report_fault(error: Exception, *, as_json: bool) -> ExitCode:
    """Write an error that nobody foresaw, briefly."""
    advice = "run the command again with --debug, and report what it shows"
    message = f"{type(error).__name__}: {error}"
    if as_json:
        code = int(ExitCode.INTERNAL)
        fault = {"code": "internal", "message": message, "expected": "", "found": "", "advice": advice}
        _write_json({"error": {**fault, "exit_code": code}})
    else:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(f"[bold red]{MEANINGS[ExitCode.INTERNAL]}[/]: {safe(message)}\n  advice    {advice}")
    return ExitCode.INTERNAL


def report_usage(message: str, usage: str = "") -> ExitCode:
    """Write a wrong call as JSON."""
    error = {
        "code": "usage",
        "message": message,
        "expected": usage,
        "found": "",
        "advice": "see --help",
        "exit_code": int(ExitCode.USAGE),
    }
    _write_json({"error": error})
    return ExitCode.USAGE


def _write_json(value: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def _block(error: TongbanError, code: ExitCode) -> str:
    lines = [f"[bold red]{_TITLES.get(code, 'Failed')}[/]: {safe(error.message)}"]
    if isinstance(error, ActRefusedError):
        requirement = error.breach.requirement
        lines.append(f"  {requirement.zh}")
        lines.append(f"  rule      {requirement.code} ({safe(requirement.source)})")
    else:
        lines.append(f"  code      {error.code}")
    for name, text in (("expected", error.expected), ("found", error.found), ("advice", error.advice)):
        if text:
            lines.append(f"  {name:<9} {safe(text)}")
    if isinstance(error, FencedWithActsError):
        lines.append(f"  acknowledged here, and accepted by nobody: {len(error.acts)}")
        lines += [f"    {safe(act.as_text())}" for act in error.acts]
    return "\n".join(lines)
