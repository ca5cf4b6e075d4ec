"""A mapping is checked before a record is read, and every fault is told at once, with its place."""

import pytest
from jmespath.functions import Functions
from tests.adapters.mapping.making import MAPPING, SCHEMA, small_schema

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.mapping.expressions import ExpressionError, TextFunctions, compile_expression
from tongban.contracts.mapping.form_check import mapping_faults
from tongban.contracts.mapping.mapping_file import parse_mapping_file
from tongban.contracts.mapping.reading import read_mapping


def file_faults(text):
    with pytest.raises(FaultyContractError) as caught:
        parse_mapping_file("small.yaml", text)
    return [(fault.path, fault.expected, fault.found) for fault in caught.value.faults]


def form_faults(text):
    faults = mapping_faults("small.yaml", parse_mapping_file("small.yaml", text), small_schema())
    return [(fault.path, fault.expected, fault.found) for fault in faults]


def changed(old, new):
    assert MAPPING.count(old) == 1
    return MAPPING.replace(old, new)


def test_a_mapping_that_fits_has_no_faults():
    assert form_faults(MAPPING) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ('region: "999999"', "region: 999999", "region", "a valid string"),
        ("format: 1\n", "format: 2\n", "format", "1"),
        ("example: true", "example: false", "", "example true exactly where the region begins with 99"),
        ("{schema: small.v1}", "{}", "target", "either matter or schema"),
        ("format: json_lines", "format: xml", "file", "records, the path of elements from the root to a record, as 数据/记录"),
        ("format: json_lines", "format: csv, records: rows", "file", "no records: each line of csv is one"),
        ("{from: note}", "{from: note, constant: x}", "fields.note", "exactly one of from, expression, constant, absent"),
        ("{from: note}", "{}", "fields.note", "exactly one of from, expression, constant, absent"),
        ("{from: note}", "{absent: 没有, default: x}", "fields.note", "nothing beside absent"),
        ("{from: note}", "{from: note, of: x}", "fields.note.of", "no such key"),
        ("{from: note}", "{from: note, pattern: x}", "fields.note", "pattern and pattern_says, its meaning in words, together"),
        ("{from: note}", "{from: note, pattern: '(', pattern_says: x}", "fields.note",
         "a regular expression (without look-around and back-references)"),
        ("{from: note}", "{from: note/}", "fields.note.from", "String should match pattern '^[^/]+(/[^/]+)*$'"),
        ("split(tags, ';')", "splat(tags, ';')", "fields.tags", "a JMESPath expression"),
        ("split(tags, ';')", "split(tags)", "fields.tags", "a JMESPath expression"),
        ("split(tags, ';')", "split(tags,", "fields.tags", "a JMESPath expression"),
        ('"%Y%m%d"', '"%Y%b%d"', "fields.born_on", "a date format with %Y, %m and %d, and else only %H, %M, %S"),
        ('{group_sign: ",", scale: 100}', '{group_sign: ".", scale: 100}', "fields.amount_fen.number", "two different signs"),
    ],
)  # fmt: skip
def test_a_fault_of_the_file_is_told_with_its_place(old, new, path, expected):
    faults = [(place, wanted) for place, wanted, _ in file_faults(changed(old, new))]
    assert (path, expected) in faults


def test_all_faults_of_the_file_are_told_at_once():
    text = (
        MAPPING.replace("system: small", "system: Small")
        .replace("scale: 100", "scale: 0")
        .replace("{from: note}", "{}")
    )
    assert [path for path, _, _ in file_faults(text)] == ["system", "fields.amount_fen.number.scale", "fields.note"]


def test_yaml_with_doubled_keys_or_aliases_is_refused_with_its_line():
    assert file_faults(MAPPING + "  note: {from: other}\n")[0][0] == "line 22"
    assert file_faults("a: &x 1\nb: *x\n")[0][0] == "line 2"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  note: {from: note}\n", "", ("fields.note", "a rule for 名 name", "nothing")),
        ("  note: {from: note}", "  nota: {from: note}\n  note: {from: note}",
         ("fields.nota", "a field of the form", "no such field")),
        ("{from: person/name}", "{absent: 没有}", ("fields.name", "a value, for the form requires it", "absent")),
        ("{from: person/name}", "{from: a, pattern: x, pattern_says: x, mismatch: absent}",
         ("fields.name.mismatch", "error, for the form requires it", "absent")),
        ("{from: person/name}", "{constant: 7}", ("fields.name.constant", "text", "integer 7")),
        ("{from: kind, codes: kind}", "{from: kind}",
         ("fields.kind.codes", "codes, for the field is first or renewal", "nothing")),
        ("{from: kind, codes: kind}", "{constant: second}", ("fields.kind.constant", "first or renewal", "text 'second'")),
        ("{from: kind, codes: kind}", "{from: kind, codes: sort}", ("fields.kind.codes", "a table under codes", "'sort'")),
        ('{"1": first, "2": renewal}', '{"1": first}',
         ("codes.kind.table", "a code for renewal, or renewal under unused", "neither")),
        ('{"1": first, "2": renewal}', '{"1": first, "2": second}', ("codes.kind.table.2", "first or renewal", "text 'second'")),
        ('{table: {"1": first, "2": renewal}}', '{table: {"1": first, "2": renewal}, unused: [renewal]}',
         ("codes.kind.unused", "no renewal, for a code stands for it", "renewal")),
        ('{table: {"1": first, "2": renewal}}', '{table: {"1": first}, unused: [renewal, other]}',
         ("codes.kind.unused", "first or renewal", "text 'other'")),
        ('{table: {"1": first, "2": renewal}}', '{table: {"1": first, "2": renewal}, unknown: warning}',
         ("codes.kind.otherwise", "otherwise, for an unknown code cannot be kept as it is", "nothing")),
        ("{from: born, date: [\"%Y-%m-%d\", \"%Y%m%d\"]}", "{from: born}",
         ("fields.born_on.date", "date, for the field is a date", "nothing")),
        ("{from: note}", "{from: note, number: {}}", ("fields.note.number", "no number, for the field is text", "one")),
        ("area: {from: area}", "area: {from: area, default: x}",
         ("fields.rooms.fields.area.default", "an integer of 32 bits", "text 'x'")),
        (", area: {from: area}", "", ("fields.rooms.fields.area", "a rule for 名 name", "nothing")),
        ("  kind: {table:", "  spare: {table: {a: b}}\n  kind: {table:",
         ("codes.spare", "a table that a field uses", "none uses it")),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit_the_form_is_told(old, new, fault):
    assert fault in form_faults(changed(old, new))


def test_a_mapping_is_read_from_its_own_folder_with_the_schema_above_it(tmp_path):
    folder = tmp_path / "999999"
    folder.mkdir()
    (tmp_path / "small.v1.avsc").write_text(SCHEMA, encoding="utf-8")
    (folder / "small.yaml").write_text(MAPPING, encoding="utf-8")
    assert read_mapping(str(folder / "small.yaml")).about.place == "999999/small"


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("999999/small.yaml", MAPPING, "target.schema: expected the file small.v1.avsc"),
        ("999999/other.yaml", MAPPING, "expected the file 999999/small.yaml, as the mapping says"),
        ("999999/small.yaml", MAPPING.replace("{schema: small.v1}", "{matter: 000199003000/9999}"), "000199003000/1"),
        ("999999/small.yaml", "a: 1\n", "faults"),
    ],
)
def test_a_mapping_in_the_wrong_place_or_for_no_form_is_refused(tmp_path, place, text, said):
    (tmp_path / "999999").mkdir()
    (tmp_path / place).write_text(text, encoding="utf-8")
    with pytest.raises(FaultyContractError) as caught:
        read_mapping(str(tmp_path / place))
    assert said in str(caught.value)


def test_a_mapping_that_is_nowhere_is_told_with_those_that_ship():
    with pytest.raises(FaultyContractError, match="511602/service-items"):
        read_mapping("511602/nothing")


# Expressions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("split(a, '-')[-1]", "3"),
        ("replace(a, '-', '')", "123"),
        ("substring(a, `2`, `5`)", "2-3"),
        ("trim(b)", "x"),
        ("halfwidth(c)", "12A-"),
        ("join('', split(a, '-'))", "123"),
        ("nothing.here", None),
    ],
)
def test_expressions_have_functions_on_texts(text, value):
    assert compile_expression(text).value({"a": "1-2-3", "b": "\u3000x ", "c": "１２Ａ－"}) == value


def test_the_functions_that_are_added_are_those_that_stand_in_the_table():
    own = TextFunctions.FUNCTION_TABLE.keys() - Functions.FUNCTION_TABLE.keys()
    assert own == {"split", "replace", "substring", "trim", "halfwidth"}


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.__class__.__init__", "open('x')", "eval('1')", "(lambda: 1)()"]
)
def test_an_expression_reaches_nothing_but_the_record(text):
    def outcome():
        try:
            return compile_expression(text).value({"a": "x"})
        except ExpressionError:
            return None

    assert outcome() is None
