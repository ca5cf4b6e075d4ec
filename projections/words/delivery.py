"""Words of delivery: how and when the result reached the applicant."""

from tongban.domain.events.delivery import Delivered, DeliveryMethod
from tongban.domain.law.calendar import day_in_china
from tongban.projections.words.chapter import Chapter, says
from tongban.projections.words.phrase import NOTHING, Words, day, joined, labelled
from tongban.projections.words.setting import Setting

METHODS: dict[DeliveryMethod, Words] = {
    DeliveryMethod.WINDOW: Words("窗口", "at a window"),
    DeliveryMethod.COURIER: Words("快递", "by courier"),
    DeliveryMethod.ONLINE: Words("网上", "online"),
}


def _delivered(body: Delivered, _: Setting) -> Words:
    return joined(labelled(Words("送达方式", "delivered"), METHODS[body.method]), _received(body.received_at))


def _received(at: int | None) -> Words:
    """The day, in China, on which something reached the applicant."""
    if at is None:
        return NOTHING
    on = day(day_in_china(at))
    return Words(f"送达日 {on}", f"on {on}")


CHAPTER = Chapter(sayings=(says(Delivered, _delivered),), terms={DeliveryMethod: METHODS})
