"""docs/matters.md shows files that are accepted as they stand."""

import re
from pathlib import Path

import yaml

from tongban.contracts.matter.folders import shipped_matters
from tongban.contracts.region_settings.settings import among, read_settings

PAGE = (Path(__file__).parents[3] / "docs" / "matters.md").read_text("utf-8")


def snippets():
    return re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_every_snippet_is_yaml():
    assert len(snippets()) >= 6
    for text in snippets():
        assert yaml.safe_load(text.replace("{…}", "{}").replace("…", "x"))


def test_the_settings_on_the_page_are_accepted(tmp_path):
    (text,) = (each for each in snippets() if "kind: settings" in each)
    file = tmp_path / "340100" / "000199003000.yaml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    assert read_settings(file, among(shipped_matters())).about.promised.value == 6
