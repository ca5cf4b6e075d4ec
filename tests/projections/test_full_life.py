"""One case from its opening at a window in Shanghai to the archive in Hefei, in rows."""

from dataclasses import replace

from tests.domain import case_files as told_as
from tests.domain.case_files import FORM, HANGZHOU, HEFEI, IDENTITY, SHANGHAI, ContributionKind
from tests.domain.gwt import HOUR, MORNING
from tests.projections.registers import key_of, seen, signed, told
from tongban.projections.timeline import TimelineRow, timeline_rows
from tongban.projections.tracker import TrackerRow, tracker_rows

COVERED = MORNING + 100 * HOUR
LIFE = (
    *told_as.ACCEPTED,
    told_as.asked(),
    told_as.answered(),
    told_as.joined(ContributionKind.ANSWER),
    told_as.decided(),
    told_as.closed(),
    told_as.delivered(),
    told_as.archived(),
)


def test_the_tracker_shows_where_a_finished_case_stands():
    history = told(*LIFE, covered_at=COVERED)
    assert tracker_rows(history) == (
        TrackerRow(
            case=str(history.case),
            matter="000199003000",
            matter_version="1",
            matter_zh="示例事项",
            matter_en="Example",
            handling="remote_intake",
            phase="archived",
            phase_zh="已归档",
            national_status=11,
            receiving_region=SHANGHAI,
            deciding_region=HEFEI,
            pen_holder=HEFEI,
            offered_to=None,
            opened_at=MORNING,
            updated_at=MORNING + 10 * HOUR,
            last_act="archive",
            granted=True,
            closure="granted",
            delivered=True,
            archived=True,
            open_requests=0,
            offers_made=1,
            offers_declined=0,
            findings=0,
            events=11,
            aside=0,
            epoch=0,
            past_head=0,
            frozen_at=None,
            covered=True,
        ),
    )


def test_the_timeline_tells_who_did_what_and_what_it_changed():
    rows = timeline_rows(told(*LIFE, covered_at=COVERED))
    assert [
        (row.position, row.region_zh, row.officer_name, row.act_zh, row.change_zh, row.pen_after) for row in rows
    ] == [
        (1, "上海", "王一", "收件", "未收件 → 已收件；异地代收代办；办理地 → 340100 合肥；材料 2 份", SHANGHAI),
        (2, "上海", "王一", "移交", "移交 → 340100 合肥", HEFEI),
        (3, "合肥", "李二", "接收", "持笔 310000 上海 → 340100 合肥", HEFEI),
        (4, "合肥", "李二", "受理", "已收件 → 已受理；受理日 2024-10-04", HEFEI),
        (5, "合肥", "李二", "协查", "协查 → 330100 杭州；出具意见", HEFEI),
        (6, "杭州", "王一", "协办答复", "已答复", HEFEI),
        (7, "合肥", "李二", "并入", "并入：协办答复", HEFEI),
        (8, "合肥", "赵三", "决定", "已受理 → 已决定；准予", HEFEI),
        (9, "合肥", "赵三", "办结", "已决定 → 已办结；办结结果：准予", HEFEI),
        (10, "合肥", "李二", "送达", "送达方式：窗口", HEFEI),
        (11, "合肥", "李二", "归档", "已办结 → 已归档；档号 A-1；保管 30 年", HEFEI),
    ]
    assert [row.change_en for row in rows] == [
        "none → taken_in; taken in elsewhere; decided by → 340100 Hefei; 2 materials",
        "offered → 340100 Hefei",
        "pen 310000 Shanghai → 340100 Hefei",
        "taken_in → accepted; accepted as of 2024-10-04",
        "asked → 330100 Hangzhou; an opinion",
        "answered",
        "joined: answer",
        "accepted → decided; granted",
        "decided → closed; result: granted",
        "delivered: at a window",
        "closed → archived; archive number A-1; for 30 years",
    ]


def test_a_row_of_the_timeline_holds_all_that_is_known_of_the_act():
    history = told(*LIFE, covered_at=COVERED)
    event = history.events[5]
    assert timeline_rows(history)[5] == TimelineRow(
        case=str(history.case),
        position=6,
        event=event.hash.hex(),
        stream=str(event.header.stream),
        stream_kind="assistance",
        sequence=1,
        epoch=0,
        standing=True,
        past_head=False,
        occurred_at=MORNING + 5 * HOUR,
        recorded_at=MORNING + 5 * HOUR,
        covered_at=COVERED,
        region=HANGZHOU,
        region_zh="杭州",
        region_en="Hangzhou",
        organization="330100-desk",
        organization_zh="杭州政务大厅",
        organization_en="Hangzhou service hall",
        post="clerk",
        post_zh="收件岗",
        post_en="intake",
        officer="clerk",
        officer_name="王一",
        channel=None,
        channel_zh=None,
        channel_en=None,
        act="answer",
        act_zh="协办答复",
        act_en="answer",
        change_zh="已答复",
        change_en="answered",
        pen_after=HEFEI,
        phase_after="accepted",
        phase_after_zh="已受理",
        key=key_of("clerk").hex(),
        findings="[]",
    )


def test_a_case_on_its_way_shows_to_whom_it_is_offered():
    (row,) = tracker_rows(told(told_as.taken_in(), told_as.offered()))
    assert (row.pen_holder, row.offered_to, row.phase, row.last_act) == (SHANGHAI, HEFEI, "taken_in", "offer")
    assert (row.granted, row.closure, row.covered) == (None, None, False)


def test_a_declined_offer_is_counted_and_the_pen_is_back():
    (row,) = tracker_rows(told(told_as.taken_in(), told_as.offered(), told_as.declined()))
    assert (row.pen_holder, row.offered_to, row.offers_made, row.offers_declined) == (SHANGHAI, None, 1, 1)


def test_a_request_is_open_until_its_answer_is_joined():
    counts = [tracker_rows(told(*LIFE[:length]))[0].open_requests for length in (4, 5, 6, 7)]
    assert counts == [0, 1, 1, 0]


def test_an_act_without_effect_says_so_and_shows_its_finding():
    history = told(*told_as.HANDED_OVER, told_as.closed())
    row = timeline_rows(history)[-1]
    assert (row.change_zh, row.phase_after, row.findings) == ("不合规，未生效", "taken_in", '["wrong_phase"]')
    assert tracker_rows(history)[0].findings == 1


def test_an_offer_without_effect_moves_the_pen_and_says_so():
    history = told(told_as.taken_in(), told_as.offered(HANGZHOU))
    row = timeline_rows(history)[-1]
    assert row.change_zh == "不合规，未生效；持笔 → 330100 杭州"
    assert (row.change_en, row.pen_after) == ("unlawful, without effect; pen → 330100 Hangzhou", HANGZHOU)


def test_an_act_that_stands_in_spite_of_a_finding_shows_both():
    row = timeline_rows(told(told_as.taken_in(FORM), *told_as.HANDED_OVER[1:], told_as.accepted()))[-1]
    assert (row.phase_after, row.findings) == ("accepted", '["incomplete"]')
    assert row.change_zh.startswith("已收件 → 已受理")


def test_a_notice_names_the_materials_as_the_contract_does():
    row = timeline_rows(told(*told_as.CORRECTING))[-1]
    assert row.change_en == f"taken_in → correcting; to supply: {IDENTITY}"


def test_being_covered_changes_nothing_but_the_time_of_it():
    events = told(*LIFE).events
    before, after = seen(events), seen(signed(events, COVERED))
    assert tracker_rows(after) == tuple(replace(row, covered=True) for row in tracker_rows(before))
    assert timeline_rows(after) == tuple(replace(row, covered_at=COVERED) for row in timeline_rows(before))


def test_one_event_that_is_not_covered_shows_in_the_tracker():
    events = told(*LIFE, covered_at=COVERED).events
    (row,) = tracker_rows(seen([*events[:-1], replace(events[-1], covered_at=None)]))
    assert not row.covered
