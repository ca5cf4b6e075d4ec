"""`tongban case acts`: what an officer may do now can be done; what is refused is refused with the same code."""

from tests.adapters.cli.conftest import FORM

ACTS = {"act", "zh", "en", "may_be_done", "ways", "refusal", "instead"}


def acts(towns, town, case, *more, by="handler", **options):
    answer = towns.json(town, "case", "acts", case, "--officer", f"{town}-{by}", *more, **options)
    assert answer.keys() == {"region", "case", "actor", "phase", "phase_zh", "acts"}
    assert all(each.keys() == ACTS for each in answer["acts"])
    return {each["act"]: each for each in answer["acts"]}


def doable(made):
    return {act for act, each in made.items() if each["may_be_done"]}


def test_what_an_officer_may_do_now_is_listed_with_its_consequence(towns):
    case = towns.hand_over()
    made = acts(towns, "hf", case)
    assert doable(made) == {"offer", "notice", "accept", "not_accept", "withdraw", "contribute"} - {"offer"}
    (way,) = made["accept"]["ways"]
    assert way == {
        "event": None, "acts": ["accept"], "phase": "accepted", "phase_zh": "已受理", "pen": "340100", "offered_to": None,
    }  # fmt: skip
    assert towns.act("hf", "accept", case)["phase"] == "accepted"


def test_what_is_refused_is_refused_with_the_same_code_when_it_is_tried(towns):
    case = towns.hand_over()
    towns.act("hf", "accept", case)
    made = acts(towns, "hf", case, "--all")
    assert made["decide"]["refusal"]["code"] == "four_eyes"
    error = towns.refused("hf", "case", "decide", case, "--grant", "--officer", "hf-handler")
    assert error["breach"]["code"] == made["decide"]["refusal"]["code"]
    assert error["breach"]["zh"] == made["decide"]["refusal"]["zh"]
    assert error["advice"] == made["decide"]["refusal"]["advice"]
    assert made["close"]["refusal"]["code"] == "wrong_phase"
    assert "decide" in doable(acts(towns, "hf", case, by="approver"))


def test_at_a_window_without_the_pen_the_contribution_is_named(towns):
    case = towns.hand_over()
    made = acts(towns, "sh", case, "--refresh")
    assert doable(made) == {"contribute"}
    assert made["withdraw"]["instead"]["act"] == "contribute"
    text = towns.run("sh", "case", "acts", case, "--officer", "sh-handler").stdout
    assert "Recorded as a contribution" in text
    assert "撤件" in text


def test_each_contribution_that_can_be_joined_is_named(towns):
    case = towns.hand_over()
    towns.act("sh", "contribute", case, "--kind", "withdrawal")
    (way,) = acts(towns, "hf", case, "--refresh")["join"]["ways"]
    assert (way["phase"], way["acts"]) == ("withdrawn", ["join"])
    assert towns.act("hf", "join", case, "--contribution", way["event"])["phase"] == "withdrawn"


def test_an_officer_without_the_power_learns_so_beforehand_and_a_stranger_is_unknown(towns):
    post = ("--organization", "hall", "--post", "desk", "--title-zh", "咨询", "--title-en", "desk", "--power", "notice")
    towns.json("hf", "officer", "add", "--officer", "hf-desk", "--name", "示例壬", *post)
    case = towns.hand_over()
    made = acts(towns, "hf", case, "--all", by="desk")
    assert doable(made) == {"notice"}
    assert (made["accept"]["refusal"]["code"], made["accept"]["refusal"]["source"]) == ("power_missing", "rule A4")
    assert "A4" in towns.refused("hf", "case", "accept", case, "--officer", "hf-desk")["message"]
    assert towns.refused("hf", "case", "acts", case, "--officer", "nobody", code=3)["code"] == "officer_unknown"
    towns.run("hf", "case", "acts", case, code=2)


def test_a_channel_may_do_what_channels_sign_only(towns):
    case = towns.hand_over()
    answer = towns.json("hf", "case", "acts", case, "--channel", "hf-portal", "--all")
    refusals = {each["act"]: each["refusal"]["code"] for each in answer["acts"] if each["refusal"]}
    assert refusals["accept"] == "actor_kind"
    assert refusals["withdraw"] == "power_missing"


def test_a_person_reads_tables_and_nothing_personal(towns):
    case = towns.hand_over()
    text = towns.run("hf", "case", "acts", case, "--officer", "hf-handler", "--all").stdout
    for words in ("受理", "accept", "已受理", "May not be done now", "办件所处阶段不能作此办理"):
        assert words in text
    assert FORM["contact_name"] not in text


def test_without_a_passphrase_only_what_the_form_decides_is_left_open(towns):
    case = towns.hand_over()
    locked = {"env": {"TONGBAN_PASSPHRASE": None}}
    made = acts(towns, "hf", case, "--all", **locked)
    assert (made["accept"]["refusal"]["code"], bool(made["accept"]["refusal"]["zh"])) == ("keystore", True)
    assert made["notice"]["may_be_done"]
    towns.act("hf", "accept", case)
    assert acts(towns, "hf", case, "--all", **locked)["accept"]["refusal"]["code"] == "wrong_phase"
