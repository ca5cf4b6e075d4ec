"""The commands of `tongban case` are the acts that the desk describes, with an option for each field."""

import pytest
from typer.main import get_command

from tongban.adapters.cli.case.described import command_name, example_line, option_name
from tongban.adapters.cli.command import _OPTIONS, ActingCall
from tongban.adapters.cli.main import app
from tongban.desk.table import DESCRIPTIONS

SHARED = {name for name, _, _ in _OPTIONS[ActingCall]}
GROUP = get_command(app).commands["case"].commands


@pytest.mark.parametrize("description", DESCRIPTIONS.values(), ids=command_name)
def test_an_act_has_an_option_for_each_field_in_the_order_of_its_description(description):
    own = [each for each in GROUP[command_name(description)].params if each.name not in SHARED | {"help"}]
    assert [each.name for each in own] == [
        *([] if description.opens else ["case"]),
        *(f.name for f in description.fields),
    ]
    for shown, field in zip(own[not description.opens :], description.fields, strict=True):
        assert shown.help.startswith(field.zh)
        assert shown.required is field.required
        if not field.positional:
            assert "/".join([*shown.opts, *shown.secondary_opts]) == option_name(field)


def test_the_acts_stand_in_the_order_of_a_cases_life_behind_what_looks_at_cases():
    assert list(GROUP) == ["show", "list", "acts", *map(command_name, DESCRIPTIONS.values())]


def test_an_example_is_written_as_it_is_typed():
    decide = next(each for each in DESCRIPTIONS.values() if each.act == "decide")
    assert [example_line(decide, each) for each in decide.examples] == [
        "tongban case decide 0d5c --officer hf-approver --grant --outcome outcome.json",
        "tongban case decide 0d5c --officer hf-approver --refuse --reason 不符合法定条件",
    ]
