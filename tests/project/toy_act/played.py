"""The toy act, played in the copy: this file is put among the command line's tests there, and uses their cities."""

import json


def test_the_toy_act_is_played(towns):
    case = towns.hand_over()
    early = towns.refused("hf", "case", "inspect", case, "--place", "示例路1号", "--officer", "hf-handler")
    assert (early["code"], early["breach"]["code"]) == ("act_refused", "wrong_phase")
    towns.act("hf", "accept", case)
    nowhere = towns.refused("hf", "case", "inspect", case, "--place", " ", "--officer", "hf-handler")
    assert nowhere["breach"]["code"] == "place_missing"
    offered = towns.json("hf", "case", "acts", case, "--officer", "hf-handler")
    assert "inspect" in json.dumps(offered)
    done = towns.act("hf", "inspect", case, "--place", "示例路1号", "--reason", "须看现场")
    assert (done["acts"], done["phase"]) == (["inspect"], "accepted")
    seen = {town: towns.json(town, "case", "show", case, "--refresh") for town in ("sh", "hf")}
    assert seen["sh"]["timeline"] == seen["hf"]["timeline"]
    (row,) = (row for row in seen["sh"]["timeline"] if row["act"] == "inspect")
    assert (row["act_zh"], row["act_en"], row["findings"]) == ("现场核查", "inspect", [])
    assert (row["change_zh"], row["change_en"]) == ("核查地点：示例路1号", "inspected at: 示例路1号")
    assert {each["name"]: each["value"] for each in seen["sh"]["values"]}["reason"] == "须看现场"
    assert towns.json("sh", "views", "digest")["digests"] == towns.json("hf", "views", "digest")["digests"]
    rebuilt = towns.json("sh", "views", "digest")["digests"]
    towns.run("sh", "views", "rebuild")
    assert towns.json("sh", "views", "digest")["digests"] == rebuilt
    assert towns.json("sh", "audit")["faults"] == []
    assert "Record that an officer looked at the place." in towns.run("hf", "case", "inspect", "--help").stdout
