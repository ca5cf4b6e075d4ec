"""Each command is described once, completely, in both languages; what does not fit its command is refused."""

import re
from dataclasses import replace

import pytest

from tongban.desk.contribution import CONTRIBUTED_AS
from tongban.desk.field import Derived, Field
from tongban.desk.kinds.scalars import Choice, Count, Unit
from tongban.desk.kinds.texts import FreeText, Words
from tongban.desk.table import BY_COMMAND, DESCRIPTIONS, describe, faults_of
from tongban.domain.events.event_type import Act
from tongban.domain.law.assistance import JOINED_AS
from tongban.domain.law.table import BY_COMMAND as LAW_OF
from tongban.domain.law.table import CHAPTERS

CHINESE, ENGLISH = re.compile(r"[一-鿿]"), re.compile(r"[A-Za-z]{2}")
FIELDS = [(act, field) for act, each in DESCRIPTIONS.items() for field in each.fields]


def ids(value):
    return getattr(value, "name", str(value))


def test_every_act_of_an_officer_or_channel_is_described():
    assert set(DESCRIPTIONS) == set(Act) - {Act.FEDERATION_TAKEOVER}
    assert BY_COMMAND.keys() == LAW_OF.keys()


def test_the_descriptions_are_in_the_order_of_a_cases_life():
    in_law = [law.act for chapter in CHAPTERS for law in chapter.laws if law.made_by is not None]
    assert list(DESCRIPTIONS) == in_law


@pytest.mark.parametrize("act", DESCRIPTIONS, ids=ids)
def test_a_description_fits_its_command_and_has_words_and_an_example(act):
    description = describe(act)
    assert faults_of(description) == []
    assert CHINESE.search(description.zh)
    assert ENGLISH.search(description.en)
    assert description.help.endswith(".")
    assert description.examples
    for example in description.examples:
        assert all(description.field(name) for name in example.given)
    names = [field.name for field in description.fields]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("act", "field"), FIELDS, ids=ids)
def test_a_field_has_titles_in_both_languages_and_help(act, field):
    assert CHINESE.search(field.zh)
    assert ENGLISH.search(field.en)
    assert field.help[0].isupper()
    assert field.help.endswith(".")
    assert CHINESE.search(field.kind.zh)
    assert ENGLISH.search(field.kind.en)
    if isinstance(field.default, Derived):
        assert CHINESE.search(field.default.zh)
        assert ENGLISH.search(field.default.en)
    if isinstance(field.kind, Choice):
        assert all(CHINESE.search(each.zh) and ENGLISH.search(each.en) for each in field.kind.options)


def test_what_is_personal_is_what_the_documents_say():
    personal = {field.name for _, field in FIELDS if field.personal}
    assert personal == {"form", "outcome", "reason", "text", "question"}


def test_a_command_that_lacks_a_field_is_refused():
    described = describe(Act.ARCHIVE)
    assert faults_of(replace(described, fields=described.fields[:1])) == ["Archive.retention_years is not described"]


def test_a_field_that_the_command_does_not_have_is_refused():
    described = describe(Act.CLOSE)
    more = Field("colour", Words(), "颜色", "colour", "A colour.")
    assert faults_of(replace(described, fields=(more,))) == ["Close has no field colour"]


def test_a_personal_field_of_a_command_without_commitments_is_refused():
    described = describe(Act.CLOSE)
    more = Field("reason", FreeText(), "理由", "reasons", "Reasons.")
    assert faults_of(replace(described, fields=(more,))) == ["Close has no field contents"]


def test_a_field_of_another_type_is_refused():
    described = describe(Act.ARCHIVE)
    other = replace(described.fields[0], kind=Count(Unit.YEARS))
    (fault,) = faults_of(replace(described, fields=(other, *described.fields[1:])))
    assert "archive_number" in fault


def test_what_the_command_needs_may_not_be_left_out():
    described = describe(Act.ARCHIVE)
    optional = replace(described.fields[0], required=False)
    (fault,) = faults_of(replace(described, fields=(optional, *described.fields[1:])))
    assert "must be filled in" in fault


def test_a_contribution_stands_for_the_act_that_joining_it_does():
    acts = {describe_of(command): kind for command, kind in CONTRIBUTED_AS.items()}
    assert acts == {law.act: kind for kind, law in JOINED_AS.items() if law is not None}


def describe_of(command):
    return BY_COMMAND[command].act
