"""docs/views.md says what the list of views says."""

from pathlib import Path

from tongban.adapters.documents.views import document
from tongban.projections.views import VIEWS

PAGE = Path(__file__).parents[3] / "docs" / "views.md"


def test_the_committed_page_is_the_one_that_is_generated():
    assert PAGE.read_text(encoding="utf-8") == document(), "python -m tongban.adapters.documents.views > docs/views.md"


def test_every_field_of_every_view_is_on_the_page():
    page = document()
    for view in VIEWS:
        section = page.partition(f"\n## {view.name}\n")[2].partition("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(view.names)
