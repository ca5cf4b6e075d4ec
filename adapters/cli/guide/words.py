"""A guide as a person reads it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console

from tongban.adapters.cli.output import pairs, table
from tongban.contracts.forms.values import FormField
from tongban.contracts.guide.bundle import BundleGuide, SharedMaterial
from tongban.contracts.guide.personal import Guide, NeededMaterial
from tongban.contracts.matter.description.limits import LimitEntry
from tongban.contracts.matter.description.materials import LicenceStandIn, StandIn
from tongban.contracts.matter.description.service import ApplyChannel, ChannelEntry, FeeUnit
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.values import SubmittedForm
from tongban.domain.law.rules import CaseKind, LimitUnit

FORM_WORDS = {
    SubmittedForm.ORIGINAL: "原件 original",
    SubmittedForm.COPY: "复印件 copy",
    SubmittedForm.ELECTRONIC: "电子件 electronic",
}
APPLY_WORDS = {ApplyChannel.ONLINE: "网上申请 online", ApplyChannel.WINDOW: "现场申请 at a window"}
DELIVER_WORDS = {
    DeliveryMethod.ONLINE: "网上办结 online",
    DeliveryMethod.WINDOW: "现场取件 at a window",
    DeliveryMethod.COURIER: "快递送达 by courier",
}
UNIT_WORDS = {LimitUnit.WORKDAYS: "个工作日 working days", LimitUnit.MINUTES: "分钟 minutes"}
KIND_WORDS = {CaseKind.INSTANT: "即办件 done at once", CaseKind.COMMITMENT: "承诺件 within a promised limit"}
SIDE_WORDS = {"receiving": "收件地 where it is taken in", "deciding": "办理地 where it is decided"}


def limit_words(limit: LimitEntry | None) -> str:
    """A limit; empty for none."""
    return f"{limit.value} {UNIT_WORDS[limit.unit]}" if limit else ""


def fee_words(fen: int) -> str:
    """An amount; nothing is free of charge."""
    return f"{fen / 100:.2f} 元 yuan" if fen else "不收费 free of charge"


def print_guide(console: Console, guide: Guide) -> None:
    """One matter's guide for a person."""
    about = guide.contract.about
    pairs(
        console, f"办事指南 Guide: {about.catalog_code}/{about.version} {about.name.zh} {about.name.en}", _head(guide)
    )
    console.print(materials_table(map(_material_row, guide.materials)))
    console.print(fields_table("填写 Fields to fill in", guide.asked_fields))
    if guide.fetched_fields:
        console.print(fields_table("免填 Fields that are fetched instead of asked", guide.fetched_fields))
    console.print(table("环节 Steps; those of one number run in parallel", _STEP_COLUMNS, _step_rows(guide)))
    console.print(channels_table(guide.channels))
    for title, rows in _more(guide):
        if rows:
            console.print(table(title, ("", "", ""), rows))


def print_bundle(console: Console, guide: BundleGuide) -> None:
    """A bundle's guide for a person: what is common once, then each case in short."""
    about = guide.bundle.about
    name = f"{about.catalog_code}/{about.version} {about.name.zh} {about.name.en}"
    pairs(console, f"一件事 Bundle: {name}", _bundle_head(guide))
    console.print(materials_table(map(_shared_material_row, guide.materials)))
    console.print(fields_table("填写 Fields to fill in, once for all", guide.asked_fields))
    if guide.fetched_fields:
        console.print(fields_table("免填 Fields that are fetched instead of asked", guide.fetched_fields))
    console.print(channels_table(about.channels))
    title = "办件 Cases; those of one number run in parallel"
    console.print(table(title, ("", "code", "名称", "name", "limit"), _case_rows(guide)))


def materials_table(rows: Iterable[Sequence[str]]) -> Any:
    """The list that a person takes along."""
    return table("材料 Materials", ("code", "名称", "name", "form", "how", ""), rows)


def fields_table(title: str, fields: Iterable[FormField]) -> Any:
    """Fields with their titles and where they come from."""
    rows = [(each.name, each.title_zh, each.title_en, ", ".join(each.sources)) for each in fields]
    return table(title, ("field", "名称", "title", "from"), rows)


def channels_table(channels: Iterable[ChannelEntry]) -> Any:
    """Ways to apply and to be served, with their visits."""
    rows = [
        (APPLY_WORDS[each.apply], DELIVER_WORDS[each.deliver], str(each.visits),
         f"{each.reason.zh} {each.reason.en}" if each.reason else "")
        for each in channels
    ]  # fmt: skip
    return table("渠道 Channels", ("申请 apply", "送达 delivery", "到现场次数 visits", "原因 reason"), rows)


_STEP_COLUMNS = ("", "环节", "step", "where", "signatures", "limit")


def _head(guide: Guide) -> Iterator[tuple[str, str]]:
    settings, statutory = guide.settings, guide.contract.rules.statutory_limit
    yield "办件类型 kind", KIND_WORDS[guide.contract.about.case_kind]
    if settings:
        body = settings.implementing_body
        yield "地区 region", f"{settings.region} {body.name.zh} {body.name.en}"
        yield "实施编码 local code", settings.local_code or ""
    yield "办理项 applied for", ", ".join(f"{each.name.zh} {each.name.en}" for each in guide.sub_items)
    yield "承诺时限 promised", limit_words(guide.promised)
    yield "法定时限 by law", f"{statutory.value} {UNIT_WORDS[statutory.unit]}" if statutory else ""
    yield "收费 fee", fee_words(guide.fee_fen)
    yield "示例 examples, from no source", ", ".join(guide.examples)


def _material_row(needed: NeededMaterial) -> tuple[str, ...]:
    entry = needed.entry
    form = FORM_WORDS[entry.form] + (f" × {entry.copies}" if entry.copies > 1 else "")
    need = "必需 required" if entry.required else "可容缺 may be owed"
    return entry.code, entry.name.zh, entry.name.en, form, _getting(needed), need


def _getting(needed: NeededMaterial) -> str:
    if needed.brought:
        return "提交 bring it"
    if not needed.asked:
        return "免提交 the region gets it itself"
    return "免提交 stands in: " + " / ".join(map(_stand_in, needed.stand_ins))


def _stand_in(stand_in: StandIn) -> str:
    return f"电子证照 {stand_in.licence}" if isinstance(stand_in, LicenceStandIn) else f"共享数据 {stand_in.source}"


def _bundle_head(guide: BundleGuide) -> Iterator[tuple[str, str]]:
    about = guide.bundle.about
    fields, materials = guide.saved_fields, guide.saved_materials
    saved = f"少填 {fields} 项、少交 {materials} 件 {fields} fields and {materials} materials fewer"
    yield "节省 saved", f"{saved} than one by one"
    yield "时限 limit", limit_words(about.promised)
    yield "收费 fee", fee_words(guide.fee_fen)
    yield "示例 examples, from no source", ", ".join(about.example_settings)


def _shared_material_row(shared: SharedMaterial) -> tuple[str, ...]:
    return shared.code, shared.name.zh, shared.name.en, "", _shared_getting(shared), ", ".join(shared.matters)


def _shared_getting(shared: SharedMaterial) -> str:
    if shared.brought:
        return "提交 bring it"
    if shared.given_by:
        return f"前一事项产生 from the case of {shared.given_by}"
    return "免提交 something stands in"


def _case_rows(guide: BundleGuide) -> Iterator[tuple[str, ...]]:
    for number, stage in enumerate(guide.stages, 1):
        for code in stage:
            member = guide.guides[code]
            rules = member.contract.rules
            yield str(number), code, rules.name_zh, rules.name_en, limit_words(member.promised)


def _step_rows(guide: Guide) -> Iterator[tuple[str, ...]]:
    for number, stage in enumerate(guide.stages, 1):
        for step in stage:
            power = guide.contract.about.power(step.power)
            side = SIDE_WORDS[power.side.value] if power else ""
            yield str(number), step.name.zh, step.name.en, side, str(step.officers), limit_words(step.limit)


def _more(guide: Guide) -> Iterator[tuple[str, Sequence[tuple[str, ...]]]]:
    fees = [
        (each.name.zh, each.name.en, fee_words(each.amount_fen) + (" 每份 a copy" if each.per is FeeUnit.COPY else ""))
        for each in guide.fees
    ]
    yield "收费 Fees", fees
    stops = [(each.name.zh, each.name.en, limit_words(each.expected)) for each in guide.special_procedures]
    yield "特别程序 Special procedures, which stop the clock", stops
    yield "其他部门 Other authorities", [(each.name.zh, each.name.en, each.role.value) for each in guide.others]
    served = [(each.name.zh, each.name.en, ", ".join(each.served_by)) for each in guide.documents]
    yield "文书 Documents that you will be given", served
    places = [
        (
            each.name.zh + " " + each.name.en,
            each.address.zh + " " + each.address.en,
            each.hours.zh + " " + each.hours.en,
        )
        for each in guide.places
    ]
    yield "地点和时间 Places and hours", places
