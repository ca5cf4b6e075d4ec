"""What the parts of the report share: names of cities, their colours, and Chinese above English."""

from rich.text import Text

from tongban.adapters.demo.federation import CITIES
from tongban.domain.identifiers import RegionCode

COLOURS = dict(zip(CITIES, ("red", "green", "blue"), strict=True))


def two_lines(zh: str, en: str, *, style: str = "") -> Text:
    """Chinese, and English below it."""
    return Text.assemble((zh, style), "\n", (en, "dim"))


def city_words(code: str | None) -> str:
    """A city's two names; another code as it is, a dash for none."""
    return " ".join(CITIES.get(RegionCode(code or ""), (code or "–",)))


def city_text(code: str | None) -> Text:
    """The same in two lines, in the colour of the city."""
    return Text(city_words(code).replace(" ", "\n"), style=COLOURS.get(RegionCode(code or ""), ""))


def colour_of(good: bool) -> str:
    """Green for what is as it should be."""
    return "green" if good else "bold red"
