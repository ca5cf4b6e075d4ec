"""docs/lifecycle.md says what the tables say."""

from pathlib import Path

from tongban.domain.law.document import document, mermaid
from tongban.domain.law.table import LAWS

PAGE = Path(__file__).parents[3] / "docs" / "lifecycle.md"


def test_the_committed_page_is_the_one_that_is_generated():
    assert PAGE.read_text(encoding="utf-8") == document(), "python -m tongban.domain.law.document > docs/lifecycle.md"


def test_every_act_that_leads_to_a_phase_has_its_arrow():
    arrows = [line for line in mermaid().splitlines() if "-->" in line]
    for row in LAWS.values():
        drawn = sum(f"--> {row.to}:" in line and f"{row.zh} {row.en}" in line for line in arrows)
        assert drawn == (len(row.phases) if row.to else 0)
