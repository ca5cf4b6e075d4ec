"""The whole life of a case over the commands of two cities: opened in one, finished in the other, the same in both."""

import json

from tests.adapters.cli.conftest import FORM, LICENCE, OUTCOME


def test_a_case_opened_in_shanghai_is_finished_in_hefei(towns):
    case = towns.act(
        "sh", "take-in", "--matter", LICENCE, "--form", towns.form,
        "--material", "application_form", "--material", "business_licence:copy:2",
    )["case"]  # fmt: skip
    short = case[:8]
    offered = towns.act("sh", "offer", short)
    assert (offered["pen"], offered["offered_to"]) == ("340100", "340100")
    towns.act("hf", "take-over", short)
    noticed = towns.act("hf", "notice", short, "--item", "inspection_report", "--within", 15, "--reason", "缺检验报告")
    assert noticed["phase"] == "correcting"
    brought = towns.act("sh", "supply", short, "--material", "inspection_report")
    assert brought["acts"] == ["contribute"]
    assert "does not hold the pen" in brought["note"]
    assert towns.act("hf", "join", short)["phase"] == "taken_in"
    towns.act("hf", "accept", short, "--document", "受理通知书:2026-1")
    shares = ("--share", "enterprise_name", "--share", "products")
    towns.act("hf", "ask", short, "--region", "310000", "--kind", "verification", *shares, "--question", "是否有效")
    towns.act("sh", "answer", short, "--text", "经核实有效")
    towns.act("hf", "join", short)
    towns.act("hf", "decide", short, "--grant", "--outcome", towns.outcome, "--reason", "符合条件", by="approver")
    assert towns.act("hf", "close", short)["phase"] == "closed"
    handed = towns.act("sh", "deliver", short, "--method", "window", "--receipt", "送达回证:88")
    assert handed["acts"] == ["contribute"]
    towns.act("hf", "join", short)
    assert towns.act("hf", "archive", short, "--number", "HF-1", "--years", 30)["phase"] == "archived"

    seen = {town: towns.json(town, "case", "show", short, "--refresh") for town in ("sh", "hf")}
    assert seen["sh"]["timeline"] == seen["hf"]["timeline"]
    assert seen["sh"]["tracker"] == seen["hf"]["tracker"]
    assert seen["sh"]["tracker"]["closure"] == "granted"
    assert [row["act"] for row in seen["sh"]["timeline"]] == [
        "take_in", "offer", "take_over", "notice", "contribute", "join", "accept", "ask", "answer", "join", "decide",
        "close", "contribute", "join", "archive",
    ]  # fmt: skip
    assert all(row["covered_at"] is not None and row["findings"] == [] for row in seen["sh"]["timeline"])
    values = {each["name"]: each["value"] for each in seen["sh"]["values"]}
    assert values["form"] == {**FORM, "present_licence_number": None,
                              "products": [{"name": "水泥", "model": "示-4", "standard": None}]}  # fmt: skip
    assert values["extract"].keys() == {"enterprise_name", "products"}
    assert values["outcome"] == OUTCOME
    assert values["question"] == "是否有效"
    assert {each["sight"] for each in seen["sh"]["values"]} == {"opened"}
    digests = [towns.json(town, "views", "digest")["digests"] for town in ("sh", "hf")]
    assert digests[0] == digests[1]


def test_a_case_that_the_federation_takes_over_goes_on_in_the_city_named(towns):
    case = towns.hand_over()
    head = towns.json("hf", "case", "show", case, "--refresh")["head"]
    towns.act("hf", "accept", case)
    refused = towns.refused("federation", "federation", "take-over", case, "--head", head[:8], "--to", "310000",
                            "--ground", "holder_gone")  # fmt: skip
    assert refused["code"] == "malformed"
    took = towns.json("federation", "federation", "take-over", case, "--head", head, "--to", "310000",
                      "--ground", "holder_gone", "--document", "接管决定:2026-1")  # fmt: skip
    assert (took["epoch"], took["region"]) == (1, "310000")
    shown = towns.json("sh", "case", "show", case, "--refresh")
    assert (shown["tracker"]["pen_holder"], shown["tracker"]["deciding_region"]) == ("310000", "310000")
    ((past),) = shown["past_head"]
    assert (past["act"], past["region"], past["status"]) == ("accept", "340100", "open")
    assert towns.act("sh", "adopt", case, past["event"][:12])["phase"] == "accepted"
    assert towns.refused("sh", "case", "annul", case, past["event"][:12], "--code", "unlawful",
                         "--officer", "sh-handler")["code"] == "act_refused"  # fmt: skip
    text = towns.run("hf", "case", "show", case, "--refresh").stdout
    assert "联盟接管" in text
    assert "采认" in text
    towns.refused("hf", "case", "decide", case, "--refuse", "--officer", "hf-approver")


def test_a_person_reads_the_same_history_as_a_table(towns):
    case = towns.hand_over()
    text = towns.run("sh", "case", "show", case, "--refresh").stdout
    for words in (
        "办件 Case",
        "收件 take in",
        "移交 offer",
        "接收 take over",
        "示例己",
        "政务服务中心",
        "Timeline",
        "340100",
    ):
        assert words in text
    assert FORM["contact_telephone"] in text
    sealed = towns.run("sh", "case", "show", case, "--sealed").stdout
    assert FORM["contact_telephone"] not in sealed


def test_a_value_that_went_to_others_only_is_not_given(towns):
    case = towns.take_in("hf", "--deciding", "340100")
    shown = towns.json("sh", "case", "show", case, "--refresh")
    assert [(each["name"], each["sight"], each["value"]) for each in shown["values"]] == [("form", "not_given", None)]
    assert "未提供 not given" in towns.run("sh", "case", "show", case).stdout
    assert FORM["contact_name"] not in towns.run("sh", "case", "show", case).output


def test_without_a_passphrase_a_case_is_shown_and_its_values_stay_sealed(towns):
    case = towns.take_in()
    shown = towns.json("sh", "case", "show", case, env={"TONGBAN_PASSPHRASE": None})
    assert {each["sight"] for each in shown["values"]} == {"sealed"}


def test_a_portal_applies_and_a_wholly_online_case_is_offered_at_once(towns):
    medical = {
        "applicant_name": "示例辛", "id_number": "999999199001010010", "telephone": "+99900000002",
        "insured_region": "340100", "treatment_region": "310000", "insurance_kind": "resident", "reason": "posted",
        "starts_on": "2026-12-01",
    }  # fmt: skip
    towns.form.write_text(json.dumps(medical), encoding="utf-8")
    applying = ("--matter", "002099001000/1", "--form", towns.form, "--all-materials")
    applied = towns.refused("sh", "case", "apply", "--channel", "sh-portal", *applying)
    assert applied["code"] == "not_appendable", "this portal has no power to offer"
    more = ("--kind", "portal", "--name-zh", "大厅", "--name-en", "Hall", "--organization", "hall", "--all-powers")
    towns.json("sh", "channel", "add", "--channel", "sh-hall", *more)
    done = towns.json("sh", "case", "apply", "--channel", "sh-hall", *applying)
    assert done["acts"] == ["apply", "offer"]
    assert done["offered_to"] == "340100"
    declined = towns.act("hf", "decline", done["case"], "--code", "not_competent", "--reason", "不属本地")
    assert declined["pen"] == "310000"
    assert towns.act("sh", "withdraw", done["case"], "--reason", "申请人撤回")["phase"] == "withdrawn"


def test_a_refusal_is_closed_and_delivered_by_the_holder(towns):
    case = towns.hand_over()
    towns.act("hf", "accept", case)
    towns.act("hf", "decide", case, "--refuse", "--reason", "不符合条件", by="approver")
    towns.act("hf", "close", case)
    assert towns.act("hf", "deliver", case, "--method", "courier")["acts"] == ["deliver"]
    towns.act("hf", "archive", case, "--number", "HF-2")
    shown = towns.json("hf", "case", "show", case)
    assert (shown["tracker"]["granted"], shown["tracker"]["closure"]) == (False, "refused")


def test_not_accepting_names_the_competent_body(towns):
    case = towns.hand_over()
    towns.act("hf", "not-accept", case, "--kind", "not_competent", "--competent-body", "示例局")
    assert towns.json("hf", "case", "show", case)["tracker"]["phase"] == "not_accepted"


def test_a_contribution_can_be_refused(towns):
    case = towns.hand_over()
    towns.act("sh", "contribute", case, "--kind", "materials", "--material", "process_description")
    towns.act("hf", "refuse", case, "--code", "not_asked_for")
    (contribution,) = towns.json("hf", "case", "show", case)["contributions"]
    assert contribution["status"] == "refused"


def test_list_filters_by_phase_pen_matter_and_region(towns):
    handed, kept = towns.hand_over(), towns.take_in()

    def listed(*filters):
        return {each["case"] for each in towns.json("sh", "case", "list", "--refresh", *filters)["cases"]}

    assert listed() == {handed, kept}
    assert listed("--pen", "340100") == {handed}
    assert listed("--mine", "--phase", "taken_in") == {handed, kept}
    assert listed("--matter", "002099001000") == set()
    assert listed("--phase", "archived") == set()
    assert kept[:8] in towns.run("sh", "case", "list").stdout
