"""A case whose matter this software cannot read: listed and shown, not folded, and no act on it."""

import pytest

from tests.adapters.cli.conftest import LICENCE
from tongban.contracts.faults import Fault, FaultyContractError


@pytest.fixture
def reads_no_matter(monkeypatch):
    """From here on the software is too old for every matter."""

    def refuse(*_, **__):
        raise FaultyContractError([Fault("matter.yaml", "format", "1 or 2", "9")])

    monkeypatch.setattr("tongban.contracts.matter.contract.read_files", refuse)


@pytest.fixture
def case(towns):
    case = towns.hand_over()
    (listed,) = towns.json("hf", "case", "list")["cases"]
    assert listed["phase"] == "taken_in"
    return case


def test_it_is_listed_by_its_code_in_a_phase_that_says_so(towns, case, reads_no_matter):
    towns.json("hf", "views", "rebuild", code=6)
    (listed,) = towns.json("hf", "case", "list")["cases"]
    assert (listed["case"], listed["phase"], listed["matter"], listed["matter_zh"]) == (case, "unfolded", LICENCE, "")
    assert "事项无法读取，未展开 unfolded" in towns.run("hf", "case", "list").stdout


def test_it_is_shown_with_its_acts_under_the_names_of_any_case(towns, case, reads_no_matter, monkeypatch):
    shown = towns.json("hf", "case", "show", case)
    assert (shown["tracker"]["phase"], shown["tracker"]["deciding_region"]) == ("unfolded", "340100")
    assert [row["act"] for row in shown["timeline"]] == ["take_in", "offer", "take_over"]
    text = towns.run("hf", "case", "show", case).stdout
    assert "事项无法读取，未展开 unfolded" in text
    assert "移交 offer" in text
    monkeypatch.undo()
    assert towns.json("hf", "case", "show", case).keys() == shown.keys()


def test_no_act_on_it_is_done_and_the_refusal_says_what_helps(towns, case, reads_no_matter):
    error = towns.refused("hf", "case", "accept", case, "--officer", "hf-handler")
    assert error["code"] == "matter_unreadable"
    assert "upgrade" in error["advice"]


def test_a_rebuild_by_software_that_reads_it_again_folds_it(towns, case, reads_no_matter, monkeypatch):
    digests = towns.json("hf", "views", "rebuild", code=6)["before"]
    monkeypatch.undo()
    assert towns.json("hf", "views", "rebuild", code=6)["after"] == digests
    assert towns.json("hf", "case", "list")["cases"][0]["phase"] == "taken_in"


def test_a_person_sees_the_national_status_with_its_name_and_a_program_its_number(towns, case):
    assert towns.json("hf", "case", "show", case)["tracker"]["national_status"] == 1
    assert "办件状态 1 已接件" in towns.run("hf", "case", "show", case).stdout
