"""Words of what comes after closing: the file goes into the archive."""

from tongban.domain.events.after_closing import Archived
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import Words, joined
from tongban.projections.words.setting import Setting


def _archived(body: Archived, _: Setting) -> Words:
    number, years = body.archive_number, body.retention_years
    kept = Words("永久保管", "kept permanently") if years is None else Words(f"保管 {years} 年", f"for {years} years")
    return joined(Words(f"档号 {number}", f"archive number {number}"), kept)


CHAPTER = Chapter(sayings=(says(Archived, _archived),))
