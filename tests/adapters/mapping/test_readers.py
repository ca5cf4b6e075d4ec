"""Files as they come: of any encoding, cut, broken in the middle, too large. What can be read is read."""

import json
import tracemalloc
from pathlib import Path

import pytest

from tests.adapters.mapping.making import RECORD, for_files, run, small_mapping
from tongban.adapters.mapping import json_records, xml_records
from tongban.adapters.mapping.run import records_of
from tongban.adapters.mapping.source_text import PIECE_CHARACTERS, SourceText
from tongban.contracts.mapping.source_file import ByteOrderMark, Encoding, FileFormat
from tongban.domain.errors import SettingsError

HEADER = "id,姓名,kind,amount,paper,born,tags,label,note"


@pytest.fixture
def write(tmp_path):
    def to_file(text, encoding="utf-8"):
        path = tmp_path / "source"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return to_file


def csv_mapping(**file):
    """The small mapping with its fields read from columns."""
    about = for_files(FileFormat.CSV, **file)
    rules = dict(about.fields)
    rules["name"] = rules["name"].model_copy(update={"from_": "姓名"})
    rules["rooms"] = rules["rooms"].model_copy(update={"from_": None, "expression": "[{label: label}]"})
    return about.model_copy(update={"fields": rules})


def csv_line(number, note=""):
    return f'A-{number},示例甲,1,"1,234.50",是,19991231,红;绿,东,{note}'


def csv_text(*lines):
    return "\r\n".join([HEADER, *lines]) + "\r\n"


def numbers(told):
    return [source.number for source, _ in told.forms]


def xml_of(records):
    def rooms(record):
        return "".join(f"<rooms><label>{room['label']}</label></rooms>" for room in record["rooms"])

    return [
        f'<row id="{record["id"]}"><person><name>{record["person"]["name"]}</name></person><kind>1</kind>'
        f"<amount>1</amount><paper>是</paper><born>19991231</born><tags>红</tags>{rooms(record)}<note/></row>"
        for record in records
    ]


# Text ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "stated", "read"),
    [
        ("utf-8", Encoding.UTF_8, "utf-8"),
        ("utf-8-sig", Encoding.UTF_8, "utf-8"),
        ("gb18030", Encoding.GB18030, "gb18030"),
        ("gbk", Encoding.GB18030, "gb18030"),
        ("utf-8-sig", Encoding.GB18030, "utf-8"),
        ("utf-16", Encoding.GB18030, "utf-16-le"),
        ("utf-16-le", Encoding.UTF_16, "utf-16-le"),
    ],
)
def test_the_stated_encoding_is_read_and_a_byte_order_mark_decides(write, written, stated, read):
    about = csv_mapping(encoding=stated)
    told = run(about, write(csv_text(csv_line(1)), written))
    assert (told.summary.encoding, numbers(told), told.findings) == (read, [1], [])


@pytest.mark.parametrize(
    ("written", "wanted", "codes"),
    [
        ("utf-8", ByteOrderMark.REQUIRED, [(1, "", "file_broken")]),
        ("utf-8-sig", ByteOrderMark.REFUSED, [(1, "", "file_broken")]),
        ("utf-8-sig", ByteOrderMark.REQUIRED, []),
        ("utf-8", ByteOrderMark.REFUSED, []),
    ],
)
def test_a_byte_order_mark_may_be_required_or_refused(write, written, wanted, codes):
    told = run(csv_mapping(byte_order_mark=wanted), write(csv_text(csv_line(1)), written))
    assert told.codes() == codes
    assert told.summary.complete == (not codes)


def test_bytes_that_are_no_text_spoil_their_value_and_no_other(write):
    text = csv_text(csv_line(1), csv_line(2), csv_line(3)).encode("gb18030")
    spoiled = text.replace("A-2,示例甲".encode("gb18030"), b"A-2,\xff\xff\xff")
    told = run(csv_mapping(encoding=Encoding.GB18030), write(spoiled))
    assert numbers(told) == [1, 3]
    assert told.codes() == [(2, "name", "damaged_text")]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError):
        run(small_mapping(), tmp_path / "nothing")


# Lines ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes", "read"),
    [
        ("", [(1, "", "file_broken")], []),
        ("id,id\n", [(1, "", "file_broken")], []),
        ("a,b\n1,2\n", [(1, "", "file_broken")], []),
        (csv_text(csv_line(1), "A-2,示例", csv_line(3)), [(2, "", "record_broken")], [1, 3]),
        (csv_text(csv_line(1), '"A-2,示例甲', csv_line(3)), [(2, "", "record_broken")], [1, 3]),
        (csv_text(csv_line(1), "", csv_line(3)), [], [1, 2]),
        (csv_text(csv_line(1), csv_line(2))[:-20], [(2, "", "record_broken")], [1]),
    ],
)
def test_csv_that_is_cut_or_broken_gives_the_records_around_it(write, text, codes, read):
    told = run(csv_mapping(), write(text))
    assert (told.codes(), numbers(told)) == (codes, read)


def test_a_quoted_value_may_span_lines_where_the_mapping_says_so(write):
    text = csv_text(csv_line(1, '"第一行\r\n第二行"'), csv_line(2))
    assert numbers(run(csv_mapping(multiline=True), write(text))) == [1, 2]
    told = run(csv_mapping(), write(text))
    assert told.codes() == [(1, "", "record_broken"), (2, "", "record_broken")]
    assert numbers(told) == [3]


def test_a_quote_that_never_ends_does_not_swallow_the_records_behind_it(write):
    lines = [csv_line(number) for number in range(1, 8)]
    lines[2] = csv_line(3, '"没有结束')
    lines[5] = csv_line(6, '"也没有')
    told = run(csv_mapping(multiline=True), write(csv_text(*lines)))
    assert [source.record_id for source, _ in told.forms] == ["A-1", "A-2", "A-4", "A-5", "A-7"]
    assert told.codes() == [(3, "", "record_broken"), (6, "", "record_broken")]


def test_a_line_that_is_too_long_is_passed_over(write):
    told = run(csv_mapping(), write(csv_text(csv_line(1), csv_line(2, "字" * 1_100_000), csv_line(3))))
    assert (told.codes(), numbers(told)) == ([(2, "", "record_too_large")], [1, 3])


def test_a_broken_json_line_does_not_stop_the_next(write):
    good = json.dumps(RECORD, ensure_ascii=False)
    lines = [
        good,
        good[:-5],
        '{"id": 1, "id": 2}',
        "[1]",
        '{"x": NaN}',
        "",
        "[" * 5000,
        '{"x": ' + "9" * 5000 + "}",
        good,
    ]
    told = run(small_mapping(), write("\n".join(lines) + "\n"))
    assert numbers(told) == [1, 8]
    assert [code for _, _, code in told.codes()] == ["record_broken"] * 4 + ["record_too_large", "record_broken"]
    assert [source.place for source, _ in told.findings] == [f"line {line}" for line in (2, 3, 4, 5, 7, 8)]


def test_a_file_without_a_header_is_told_without_repeating_its_first_record(write):
    told = run(csv_mapping(), write(csv_line(1) + "\n" + csv_line(2) + "\n"))
    ((_, flaw),) = told.findings
    assert (told.codes(), told.summary.complete) == ([(1, "", "file_broken")], False)
    assert "示例甲" not in flaw.told() + flaw.expected
    assert "示例甲" in flaw.told(personal_too=True)


# JSON ----------------------------------------------------------------------------------------------------------------

THREE = [{**RECORD, "id": f"A-{number}"} for number in (1, 2, 3)]


def json_text(records=THREE):
    return json.dumps(records, ensure_ascii=False, indent=1)


@pytest.mark.parametrize(
    ("text", "codes", "read"),
    [
        (json_text(), [], [1, 2, 3]),
        (json_text()[:-30], [(3, "", "file_broken")], [1, 2]),
        (json_text()[:-2], [(4, "", "file_broken")], [1, 2, 3]),
        (json_text().replace('"A-2",', '"A-2"'), [(2, "", "file_broken")], [1]),
        (json_text([THREE[0], 7, None, [1], THREE[2]]), [(n, "", "record_broken") for n in (2, 3, 4)], [1, 5]),
        (json_text().replace('"id": "A-2"', '"id": "A-2", "id": "A-4"'), [(2, "", "record_broken")], [1, 3]),
        (
            json_text([THREE[0], {"x": [[[[[[]]]]]] * 9, "y": "字" * 1_100_000}, THREE[2]]),
            [(2, "", "record_too_large")],
            [1, 3],
        ),
        (json_text() + "x", [(4, "", "file_broken")], [1, 2, 3]),
        ("[" * 5_000, [(1, "", "file_broken")], []),
        ('{"a":' * 5_000, [(1, "", "file_broken")], []),
        ("[" + "9" * 5_000 + "]", [(1, "", "file_broken")], []),
        ("", [(1, "", "file_broken")], []),
        ("{}", [(1, "", "file_broken")], []),
        ("nonsense", [(1, "", "file_broken")], []),
    ],
)
def test_json_that_is_cut_or_broken_gives_the_records_before_it(write, text, codes, read):
    told = run(for_files(FileFormat.JSON), write(text))
    assert (told.codes(), numbers(told)) == (codes, read)


def test_a_record_nested_too_deeply_is_told(write):
    deep: object = "x"
    for _ in range(40):
        deep = [deep]
    told = run(for_files(FileFormat.JSON), write(json_text([THREE[0], {"x": deep}, THREE[2]])))
    assert (told.codes(), numbers(told)) == ([(2, "", "record_too_large")], [1, 3])


def test_the_list_may_stand_deeper_and_the_place_is_the_line_where_the_record_begins(write):
    text = json.dumps(
        {"rows": [9], "data": {"count": 3, "rows": [*THREE[:2], {}], "more": [1]}}, ensure_ascii=False, indent=1
    )
    told = run(for_files(FileFormat.JSON, records="data/rows"), write(text))
    assert numbers(told) == [1, 2]
    lines = text.splitlines()
    for source, _ in told.forms:
        assert lines[int(source.place.removeprefix("line ")) - 1].strip() == "{"
    assert {source.number for source, _ in told.findings} == {3}


def test_the_place_within_one_long_line_is_told_by_its_characters(write):
    rows = [{**RECORD, "id": f"A-{number}"} for number in range(200)]
    text = json.dumps(rows, ensure_ascii=False)
    told = run(for_files(FileFormat.JSON), write(text[: text.index('"A-150"')]))
    ((source, _),) = told.findings
    behind = int(source.place.removeprefix("line 1, behind character "))
    assert source.number == len(told.forms) + 1 == 151
    assert behind < text.index('"A-150"') <= behind + PIECE_CHARACTERS


def test_json_in_gb18030_is_read_too(write):
    told = run(for_files(FileFormat.JSON, encoding=Encoding.GB18030), write(json_text(), "gb18030"))
    assert [values["name"] for _, values in told.forms] == ["示例甲"] * 3


# XML -----------------------------------------------------------------------------------------------------------------


def xml_mapping(**file):
    about = for_files(FileFormat.XML, records="rows/row", **file)
    return about.model_copy(update={"record_id": "@id"})


def xml_text(rows=None, head="<?xml version='1.0' encoding='GB18030'?>\n"):
    return f"{head}<rows>\n" + "\n".join(xml_of(THREE) if rows is None else rows) + "\n</rows>"


BOMB = '<!DOCTYPE rows [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE rows [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'


@pytest.mark.parametrize(
    ("text", "codes", "read"),
    [
        (xml_text(), [], [1, 2, 3]),
        (xml_text()[:-60], [(3, "", "file_broken")], [1, 2]),
        (xml_text()[:-3], [(4, "", "file_broken")], [1, 2, 3]),
        (xml_text().replace('"A-2">', '"A-2"><'), [(2, "", "file_broken")], [1]),
        (xml_text(head=BOMB), [(1, "", "file_broken")], []),
        (xml_text(head=OUTSIDE), [(1, "", "file_broken")], []),
        (xml_text([*xml_of(THREE[:1]), "<row id='B'><note>" + "字" * 1_100_000 + "</note></row>", *xml_of(THREE[2:])]),
         [(2, "", "record_too_large")], [1, 3]),
        (xml_text(["<a>" * 2_000]), [(1, "", "file_broken")], []),
        ("<other/>", [(1, "", "file_broken")], []),
        ("<rows><line/></rows>", [(1, "", "file_broken")], []),
        ("", [(1, "", "file_broken")], []),
        ("<rows>&unknown;</rows>", [(1, "", "file_broken")], []),
    ],
)  # fmt: skip
def test_xml_that_is_cut_broken_or_malicious_gives_the_records_before_it(write, text, codes, read):
    told = run(xml_mapping(), write(text))
    assert (told.codes(), numbers(told)) == (codes, read)


def test_a_record_of_xml_nested_too_deeply_is_told_and_the_next_is_read(write):
    rows = [*xml_of(THREE[:1]), "<row>" + "<a>" * 50 + "</a>" * 50 + "</row>", *xml_of(THREE[2:])]
    told = run(xml_mapping(), write(xml_text(rows)))
    assert (told.codes(), numbers(told)) == ([(2, "", "record_too_large")], [1, 3])


def test_the_encoding_of_the_mapping_holds_over_the_declaration_and_prefixes_fall_away(write):
    text = xml_text().replace("<kind>", "<g:kind xmlns:g='urn:x'>").replace("</kind>", "</g:kind>")
    told = run(xml_mapping(encoding=Encoding.GB18030), write(text, "gb18030"))
    assert [values["kind"] for _, values in told.forms] == ["first"] * 3


def test_an_empty_element_is_no_value_even_with_attributes_and_one_with_both_is_its_text(write):
    told = run(
        xml_mapping(), write(xml_text().replace("<note/>", "<note nil='true'/>").replace("<kind>", "<kind of='x'>"))
    )
    assert [(values["kind"], "note" in values) for _, values in told.forms] == [("first", False)] * 3
    told = run(xml_mapping(), write(xml_text().replace("<name>示例甲</name>", "<name nil='true'/>")))
    assert told.codes() == [(number, "name", "missing") for number in (1, 2, 3)]


def test_broken_xml_is_told_by_line_and_column(write):
    told = run(xml_mapping(), write("<rows>\n  <row></wrong></rows>"))
    ((source, flaw),) = told.findings
    assert (source.place, flaw.found) == ("line 2, column 9", "mismatched tag")


# Bounds --------------------------------------------------------------------------------------------------------------


def write_many(path: Path, of_format: FileFormat, count: int) -> Path:
    rows = {
        FileFormat.CSV: ([HEADER], csv_line(1), [], "\n"),
        FileFormat.JSON: (["["], json.dumps(RECORD, ensure_ascii=False), ["]"], ",\n"),
        FileFormat.XML: (["<rows>"], xml_of(THREE[:1])[0], ["</rows>"], "\n"),
        FileFormat.JSON_LINES: ([], json.dumps(RECORD, ensure_ascii=False), [], "\n"),
    }
    before, row, after, between = rows[of_format]
    path.write_text("\n".join([*before, between.join([row] * count), *after]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("of_format", list(FileFormat))
def test_memory_does_not_grow_with_the_file(tmp_path, of_format):
    abouts = {FileFormat.CSV: csv_mapping(), FileFormat.XML: xml_mapping()}
    about = abouts.get(of_format) or for_files(of_format)
    peaks = []
    for count in (200, 2_000):
        path = write_many(tmp_path / f"{count}", of_format, count)
        peaks.append(peak_bytes(about, path, count))
    few, many = peaks
    assert path.stat().st_size > 100 * 1024
    assert many < few + 64 * 1024


def peak_bytes(about, path, count):
    """The most memory that Python held while the records of a file were read."""
    with SourceText(path, about.file) as text:
        tracemalloc.start()
        try:
            assert sum(record.value is not None for record in records_of(text, about)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(("of_format", "begin"), [(FileFormat.JSON, '[{"id": "'), (FileFormat.XML, "<rows><row id='")])
def test_a_token_that_never_ends_ends_reading(write, monkeypatch, of_format, begin):
    for module in (json_records, xml_records):
        monkeypatch.setattr(module, "TOKEN_MAX_CHARACTERS", 100_000)
    told = run(xml_mapping() if of_format is FileFormat.XML else for_files(of_format), write(begin + "x" * 400_000))
    assert told.codes() == [(1, "", "file_broken")]
    assert not told.summary.complete
