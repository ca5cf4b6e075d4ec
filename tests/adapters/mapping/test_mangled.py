"""No record and no file, however mangled, makes anything but reported faults."""

import json
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.mapping.making import RECORD, run, small_mapping, small_schema
from tests.adapters.mapping.test_readers import csv_line, csv_mapping, csv_text, json_text, xml_mapping, xml_text
from tongban.contracts.mapping.meanings import MEANINGS
from tongban.contracts.mapping.reading import read_mapping, shipped_mappings
from tongban.contracts.mapping.source_file import FileFormat

CONVERTERS = [small_mapping().converter(), *(read_mapping(name).converter() for name in shipped_mappings())]
SMALL = CONVERTERS[0]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**40, max_value=10**5000)
    | st.decimals()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["１２", "\x00", "\ud800", "1e9", "11010519491231002x", "083372204", "2020-02-30", "Ⅷ", "-", "%Y"]
    )
)
values = st.recursive(
    scalars,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=6,
)
names = st.sampled_from([
    *RECORD, "item_code", "task_type", "area_code", "dept_code", "name", "企业名称", "统一社会信用代码", "产品", "法人身份证号",
    "联系电话", "参保人", "参保地", "险种", "起始日期", "#text",
])  # fmt: skip


@given(st.dictionaries(names, values, max_size=8), st.sampled_from(CONVERTERS))
def test_any_record_gives_a_form_or_errors_with_known_codes(record, converter):
    converted = converter.convert(record)
    assert (converted.values is None) == any(each.is_error for each in converted.findings)
    for each in converted.findings:
        assert each.code in MEANINGS
        assert each.expected
        assert each.found
        each.told(personal_too=True).encode("utf-8")
    converter.record_id(record).encode("utf-8")


@given(st.sampled_from(sorted(RECORD)), values)
def test_a_good_record_with_one_value_mangled_gives_a_form_that_its_schema_takes_or_errors(name, value):
    converted = SMALL.convert({**RECORD, name: value})
    if converted.values is not None:
        schema = small_schema()
        assert schema.decode(schema.encode(converted.values)) is not None
    else:
        assert converted.findings


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.integers(-(10**30), 10**30))
def test_any_number_is_read_exactly_or_refused(number):
    converted = SMALL.convert({**RECORD, "amount": number})
    if converted.values is not None:
        assert Decimal(converted.values["amount_fen"]) == Decimal(number) * 100


FILES = {
    FileFormat.CSV: (csv_mapping(multiline=True), csv_text(csv_line(1), csv_line(2, '"两\n行"'), csv_line(3))),
    FileFormat.JSON: (None, json_text()),
    FileFormat.JSON_LINES: (None, "\n".join([json.dumps(RECORD, ensure_ascii=False)] * 3)),
    FileFormat.XML: (xml_mapping(), xml_text()),
}


@st.composite
def mangled_files(draw):
    """A good file with bytes cut out, put in, or cut off."""
    of_format = draw(st.sampled_from(FileFormat))
    about, text = FILES[of_format]
    data = text.encode("utf-8")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 9))
        put = draw(
            st.binary(max_size=6)
            | st.sampled_from([b'"', b"\n", b"<", b"</row>", b"{", b"]", b"\\ud800", b"\xef\xbb\xbf"])
        )
        data = data[:at] + put + data[at + gone :]
    return of_format, about, data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mangled_files())
def test_any_file_is_read_to_an_end_that_is_told(tmp_path, mangled):
    of_format, about, data = mangled
    if about is None:
        small = small_mapping().about
        about = small.model_copy(update={"file": small.file.model_copy(update={"format": of_format})})
    path = tmp_path / "source"
    path.write_bytes(data)
    told = run(about, path)
    assert told.summary.records == told.summary.converted + told.summary.faulty
    assert len(told.forms) == told.summary.converted
    assert told.summary.complete == all(finding.code != "file_broken" for _, finding in told.findings)
    assert told.findings or told.forms or of_format is not FileFormat.JSON
