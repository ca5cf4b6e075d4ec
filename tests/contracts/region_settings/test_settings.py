"""A region's settings for a matter: stricter in the applicant's favour, never looser, every fault at once."""

from pathlib import Path

import pytest

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.matter.folders import shipped_matter, shipped_matters
from tongban.contracts.region_settings.settings import (
    SETTINGS_MAX_BYTES,
    among,
    check_settings,
    find_settings,
    list_settings,
    read_settings,
    settings_from_text,
    shipped_settings,
)

ROOT = Path(__file__).parents[3] / "contracts" / "data" / "settings"
FIND = among(shipped_matters())
LICENCE, MEDICAL = "000199003000", "002099001000"


def faults_of(tmp_path, *replacements, region="310000", code=LICENCE):
    text = (ROOT / region / f"{code}.yaml").read_text("utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    path = tmp_path / region / f"{code}.yaml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    with pytest.raises(FaultyContractError) as caught:
        read_settings(path, FIND)
    return [(each.path, each.expected, each.found) for each in caught.value.faults]


def test_two_cities_have_settings_for_two_matters_all_marked_as_examples():
    found = {(each.about.region, *each.matter): each.about for each in shipped_settings()}
    for region in ("310000", "340100"):
        for code in (LICENCE, MEDICAL):
            about = found[region, code, "2"]
            assert {"implementing_body", "local_code", "promised"} <= {*about.example_settings}
            assert about.implementing_body.code.startswith("X9")
            assert "虚构" in about.implementing_body.name.zh


def test_settings_come_back_from_their_text():
    for each in shipped_settings():
        assert settings_from_text(each.text) == each
        assert check_settings(each.text, FIND).content_hash == each.content_hash


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("value: 8", "value: 10", "promised", "fewer than the matter's 10 workdays"),
        ("value: 8", "value: 12", "promised", "fewer than the matter's 10 workdays"),
        ("{value: 8, unit: workdays}", "{value: 8, unit: minutes}", "promised", "fewer than the matter's 10 workdays"),
        ("apply: online, deliver: courier, visits: 0", "apply: window, deliver: online, visits: 1", "channels.0", "five"),
        ("apply: online, deliver: courier, visits: 0", "apply: window, deliver: window, visits: 2", "channels.0.visits", "fewer"),
        ("deliver: courier, visits: 0", "deliver: window, visits: 0", "channels.0.visits", "at least 1"),
        ("N2000199003000", "N3000199003000", "local_code", "level 2"),
        ("N2000199003000", "N2000199003001", "local_code", "ends with the catalog code"),
        ("local_code: X999", "local_code: X998", "local_code", "begins with the implementing body's"),
        ("example_settings: [", "example_settings: [fees.x, ", "example_settings.0", "a setting of this file"),
        ("places:\n", "materials: [{code: business_licence, asked: false}]\nplaces:\n", "materials", "nothing, for the matter"),
        ("places:\n", "fees: [{code: fee, amount_fen: 0}]\nplaces:\n", "fees", "nothing, for the matter's may_vary"),
        ('version: "2"', 'version: "77"', "version", "a matter that is published"),
        ("format: 1", "format: 1\nwhim: yes", "whim", "no such key"),
    ],
)  # fmt: skip
def test_what_is_looser_or_not_to_be_varied_is_refused(tmp_path, old, new, path, expected):
    faults = faults_of(tmp_path, (old, new))
    assert any(each[0] == path and expected in each[1] for each in faults), faults


def test_materials_are_those_of_the_matter_and_their_stand_ins_too(tmp_path):
    material = "{code: residence_proof, asked: false}"
    faults = faults_of(
        tmp_path,
        (material, "{code: photo, asked: false}\n  - {code: posting_proof}\n  - " + material.replace(
            "asked: false", "stand_ins: [{kind: licence, licence: none}, {kind: shared_data, source: nowhere}]")),
        code=MEDICAL,
    )  # fmt: skip
    assert [each[0] for each in faults] == [
        "materials.0.code", "materials.1", "materials.2.stand_ins.0.licence", "materials.2.stand_ins.1.source",
    ]  # fmt: skip


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    for region in ("310000", "340100"):
        text = (
            (ROOT / region / f"{LICENCE}.yaml").read_text("utf-8").replace("promised: {value: ", "promised: {value: 9")
        )
        folder = tmp_path / region
        folder.mkdir()
        (folder / f"{LICENCE}.yaml").write_text(text.replace("exercise", "x").replace("places:", "place:"), "utf-8")
    with pytest.raises(FaultyContractError) as caught:
        list_settings(tmp_path, FIND)
    told = {(each.file, each.path) for each in caught.value.faults}
    for region in ("310000", "340100"):
        assert {(f"{region}/{LICENCE}.yaml", "promised"), (f"{region}/{LICENCE}.yaml", "place")} <= told


def test_a_file_stands_where_it_says(tmp_path):
    path = tmp_path / "330100" / f"{LICENCE}.yaml"
    path.parent.mkdir()
    path.write_bytes((ROOT / "310000" / f"{LICENCE}.yaml").read_bytes())
    with pytest.raises(FaultyContractError, match=r"310000/000199003000\.yaml, as it says"):
        read_settings(path, FIND)
    with pytest.raises(FaultyContractError, match="nothing"):
        read_settings(tmp_path / "none.yaml", FIND)


def test_text_of_a_registry_is_read_for_its_form_only():
    """A later version of this software may look at more; what a region set stays readable."""
    text = shipped_settings()[0].text.replace('"value":8', '"value":80')
    assert settings_from_text(text).about.promised.value == 80
    with pytest.raises(FaultyContractError):
        check_settings(text, FIND)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}', "\ud800", "1" * (SETTINGS_MAX_BYTES + 1)])
def test_anything_else_is_refused(text):
    with pytest.raises(FaultyContractError):
        settings_from_text(text)


def test_settings_are_found_by_region_matter_and_version():
    assert find_settings(shipped_settings(), "340100", LICENCE, "2").about.promised.value == 6
    assert find_settings(shipped_settings(), "340100", LICENCE, "1") is None
    assert shipped_matter(LICENCE, "2").rules.promised_limit.value == 10
