"""Expressions of a mapping: JMESPath, with a few functions on texts added by its own extension point.

- An expression reads the record and nothing else: no names, files, clocks or code are within its reach, and it has no
  loops, so it ends.
- Names and numbers of arguments are checked when the mapping is read, not when the first record fails.

| function                     | gives                                                                |
|------------------------------|----------------------------------------------------------------------|
| `split(text, separator)`     | the parts of a text, as a list                                       |
| `replace(text, old, new)`    | the text with each `old` replaced                                    |
| `substring(text, from, to)`  | characters from `from` (0 is the first) up to, without, `to`         |
| `trim(text)`                 | the text without blanks around it, ideographic ones too              |
| `halfwidth(text)`            | full-width digits, letters and signs (１２Ａ－) in their usual width (NFKC) |

All functions of JMESPath are there too (`join`, `contains`, `not_null`, `to_number`, …).

Not handled here: arithmetic and dates; a mapping states formats and factors for them.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError


class ExpressionError(ValueError):
    """An expression that cannot be compiled, or has no value for a record."""


class TextFunctions(functions.Functions):
    """JMESPath's own functions and those of the table above; the library finds them by their names."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_split(self, text: str, separator: str) -> list[str]:
        return text.split(separator) if separator else [text]

    @functions.signature({"types": ["string"]}, {"types": ["string"]}, {"types": ["string"]})
    def _func_replace(self, text: str, old: str, new: str) -> str:
        return text.replace(old, new) if old else text

    @functions.signature({"types": ["string"]}, {"types": ["number"]}, {"types": ["number"]})
    def _func_substring(self, text: str, start: float, end: float) -> str:
        return text[int(start) : int(end)]

    @functions.signature({"types": ["string"]})
    def _func_trim(self, text: str) -> str:
        return text.strip()

    @functions.signature({"types": ["string"]})
    def _func_halfwidth(self, text: str) -> str:
        return unicodedata.normalize("NFKC", text)


_OPTIONS = jmespath.Options(custom_functions=TextFunctions())
_FUNCTIONS: Mapping[str, Any] = TextFunctions.FUNCTION_TABLE


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    _compiled: Any

    def value(self, record: Mapping[str, Any]) -> Any:
        """What it gives for a record; None for nothing. Raises ExpressionError, which repeats no value."""
        try:
            return self._compiled.search(record, options=_OPTIONS)
        except JMESPathError as err:
            raise ExpressionError(type(err).__name__) from err
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError) as err:
            raise ExpressionError(type(err).__name__) from err


def compile_expression(text: str) -> Expression:
    """Compile an expression. Raises ExpressionError with a message that says what is wrong with it."""
    try:
        compiled = jmespath.compile(text)
    except (JMESPathError, ValueError, RecursionError) as err:
        raise ExpressionError(" ".join(str(err).split("\n")[0].split()) or type(err).__name__) from err
    for name, arguments in _calls(compiled.parsed):
        if problem := _problem(name, arguments):
            raise ExpressionError(problem)
    return Expression(text, compiled)


def _calls(node: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, Mapping):
            yield from _calls(child)


def _problem(name: str, arguments: int) -> str:
    if name not in _FUNCTIONS:
        return f"no function {name}"
    signature = _FUNCTIONS[name]["signature"]
    variadic = bool(signature) and signature[-1].get("variadic", False)
    if arguments < len(signature) or (arguments > len(signature) and not variadic):
        return f"{name} takes {len(signature)} arguments, not {arguments}"
    return ""
