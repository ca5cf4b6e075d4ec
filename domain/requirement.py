"""What an act can breach: every requirement on an act in one place, with its code, its words and its source.

Codes are stable: programs, findings in the log's views and the partner guide rely on them. A new requirement is a new
constant here and a condition in `tongban.domain.law.judging`.

A breach voids an act: it stays in the chain, is shown and scored, and changes nothing but the chain (number, pen). Some
acts `stand` all the same, because others rely on them: an applicant on an intake, a notice, an acceptance or a decision,
another city on a request. As with any administrative act, such a one takes effect until somebody sets it aside; the
finding remains.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an act must meet. `source`: article, document or LIFECYCLE row; `stands`: an act in breach takes effect."""

    code: str
    en: str
    zh: str
    source: str
    advice: str
    stands: bool = False

    def breached(self, expected: str, found: str) -> "Breach":
        """The breach of this requirement by one act."""
        return Breach(self, expected, found)


@dataclass(frozen=True, slots=True)
class Breach:
    """One act against one requirement."""

    requirement: Requirement
    expected: str
    found: str

    @property
    def code(self) -> str:
        """The stable code of what was breached."""
        return self.requirement.code

    @property
    def message(self) -> str:
        """The requirement as one English sentence."""
        return self.requirement.en

    @property
    def advice(self) -> str:
        """What the officer can do."""
        return self.requirement.advice

    @property
    def stands(self) -> bool:
        """Whether the act takes effect all the same."""
        return self.requirement.stands

    @property
    def voids(self) -> bool:
        """Whether the act changes nothing because of it."""
        return not self.stands


# The row of the table: phase, offer, role ------------------------------------------------------------------------------

STREAM_FROZEN = Requirement(
    "stream_frozen",
    "Nothing is appended to a case whose stream is frozen",
    "办件链已冻结，不得再办理",
    "DESIGN.md, Streams",
    "wait for the federation to take the case over",
)
WRONG_PHASE = Requirement(
    "wrong_phase",
    "The act does not belong to the phase in which the case stands",
    "办件所处阶段不能作此办理",
    "LIFECYCLE.md, states",
    "look at the case again; it may have moved on since you opened it",
)
OFFER_OPEN = Requirement(
    "offer_open",
    "While an offer is open, the region offered takes over or declines, and nobody does anything else",
    "移交期间只能由接收地接收或退回",
    "LIFECYCLE.md, while offered",
    "wait until the offer is taken over or declined; it cannot be recalled",
)
NOT_THE_FEDERATION = Requirement(
    "not_the_federation",
    "Only the federation takes a case over from its holder",
    "只有联盟可以接管办件",
    "LIFECYCLE.md, row 8",
    "ask the federation",
)
OFFER_MISSING = Requirement(
    "offer_missing",
    "Only an open offer can be taken over or declined",
    "没有待接收的移交",
    "LIFECYCLE.md, rows 6 and 7",
    "look at the case again; the offer was answered, or never made",
)
PEN_NOT_HELD = Requirement(
    "pen_not_held",
    "Only the region that holds the pen does this",
    "非当前持笔地，不得办理",
    "DESIGN.md, idea 1",
    "contribute through the assistance stream, or ask the holder to do it",
)
NOT_DECIDING = Requirement(
    "not_deciding",
    "Only the deciding region, holding the pen, does this",
    "只有办理地（业务属地）持笔时方可办理",
    "国办发〔2020〕35号",
    "offer the case to the deciding region, or ask it to act",
)
NOT_OFFERED_TO = Requirement(
    "not_offered_to",
    "Only the region to which the case was offered answers the offer",
    "移交对象不是本地",
    "LIFECYCLE.md, rows 6 and 7",
    "leave it to the region offered",
)
NOT_NAMED = Requirement(
    "not_named",
    "Only a region that the case names contributes to it",
    "本地不是该办件的参与地",
    "DESIGN.md, Streams",
    "ask the deciding region to put a request to yours",
)

# Past the head of a takeover -------------------------------------------------------------------------------------------

PAST_ACT_UNKNOWN = Requirement(
    "past_act_unknown",
    "What is adopted or annulled is an act past the head of the takeover",
    "没有接管点之后的此项办理",
    "DESIGN.md, Streams",
    "look up the act's hash in the case",
)
PAST_ACT_SETTLED = Requirement(
    "past_act_settled",
    "An act past the head is adopted or annulled once",
    "接管点之后的此项办理已处理",
    "DESIGN.md, Streams",
    "nothing is left to do",
)
PAST_ACT_MOVES_PEN = Requirement(
    "past_act_moves_pen",
    "An act that moves the pen is not adopted",
    "改变持笔地的办理不得采认",
    "DESIGN.md, idea 1",
    "annul it, and do it anew",
)

# Opening ---------------------------------------------------------------------------------------------------------------

HANDLING_NOT_ALLOWED = Requirement(
    "handling_not_allowed",
    "The matter is handled only in the ways that its contract names",
    "该事项不适用此通办方式",
    "the matter's contract; 国办发〔2020〕35号",
    "choose one of the ways named, or send the applicant to the deciding region",
    stands=True,
)
MATERIAL_UNKNOWN = Requirement(
    "material_unknown",
    "Only materials that the matter asks for are taken in",
    "收取了事项清单以外的材料",
    "the matter's contract",
    "give back what the matter does not ask for",
    stands=True,
)
ONLINE_NOT_OFFERED = Requirement(
    "online_not_offered",
    "A wholly online case opened elsewhere is offered to the deciding region at once",
    "全程网办异地申请应当即时移交业务属地",
    "LIFECYCLE.md, who holds the pen",
    "offer the case to the deciding region first",
    stands=True,
)

# Handing over ----------------------------------------------------------------------------------------------------------

OFFER_TO_ITSELF = Requirement(
    "offer_to_itself",
    "A region does not offer a case to itself",
    "不得移交给本地",
    "DESIGN.md, idea 1",
    "name another region",
)
OFFER_DECLINED_BEFORE = Requirement(
    "offer_declined_before",
    "A case is not offered again to a region that declined it",
    "该地已退回过此件，不得再次移交",
    "LIFECYCLE.md, row 7",
    "offer it to another region, or have the jurisdiction designated",
)
OFFER_NOT_TO_DECIDING = Requirement(
    "offer_not_to_deciding",
    "Before acceptance a case is offered to the deciding region, unless that one declined it",
    "受理前应当移交业务属地",
    "LIFECYCLE.md, row 5",
    "offer it to the deciding region",
)
OFFER_WITHOUT_GROUND = Requirement(
    "offer_without_ground",
    "After acceptance the pen passes only on a ground of law, with its document named",
    "受理后移交须有法定事由并附文书",
    "LIFECYCLE.md, row 5: 指定管辖、职权划转、区划调整",
    "name the ground and the document, or ask the other region for help instead",
)

# Before acceptance -----------------------------------------------------------------------------------------------------

NOTICE_EMPTY = Requirement(
    "notice_empty",
    "A correction notice names what is missing",
    "补正告知未列明需补正的内容",
    "行政许可法 art. 32",
    "name every item that is missing",
)
NOTICE_ITEM_UNKNOWN = Requirement(
    "notice_item_unknown",
    "A correction notice asks only for materials that the matter knows",
    "告知补正的材料不在事项清单内",
    "the matter's contract; 行政许可法 art. 32",
    "name materials by their code in the contract",
    stands=True,
)
NOTICE_AGAIN = Requirement(
    "notice_again",
    "Everything missing is told at once; a later notice adds only what the last supply newly raised",
    "应当一次性告知，不得就原有材料再次提出补正",
    "行政许可法 art. 32",
    "accept, or name only what was supplied last or is still missing from the first notice",
    stands=True,
)
SUPPLY_EMPTY = Requirement(
    "supply_empty",
    "A supply brings at least one material",
    "补正未提交任何材料",
    "LIFECYCLE.md, row 10",
    "record what the applicant brought",
)
INCOMPLETE = Requirement(
    "incomplete",
    "Only a complete set of materials is accepted",
    "材料齐全、符合法定形式方可受理",
    "行政许可法 art. 32",
    "send one correction notice that names all that is missing",
    stands=True,
)

# Help and contributions ------------------------------------------------------------------------------------------------

HELP_NOT_FORESEEN = Requirement(
    "help_not_foreseen",
    "Others are asked only for the kinds of help that the contract names",
    "事项未规定此类协办",
    "the matter's contract",
    "choose a kind of help that the contract names",
    stands=True,
)
ASKS_ITSELF = Requirement(
    "asks_itself",
    "Help is asked of another organization than the deciding one",
    "不得向本机关发起协办",
    "LIFECYCLE.md, row 19",
    "name the other organization",
)
REQUEST_UNKNOWN = Requirement(
    "request_unknown",
    "An answer belongs to a request of this case",
    "没有该协办请求",
    "LIFECYCLE.md, row 20",
    "look up the request's hash in the case",
)
REQUEST_TO_OTHER = Requirement(
    "request_to_other",
    "A request is answered by the region to which it was put",
    "该协办请求不是向本地发出的",
    "LIFECYCLE.md, row 20",
    "leave it to the region asked",
)
REQUEST_SETTLED = Requirement(
    "request_settled",
    "A request is answered once",
    "该协办请求已答复",
    "LIFECYCLE.md, row 20",
    "ask the deciding region for a new request, if there is more to say",
)
ANSWER_WITHOUT_REQUEST = Requirement(
    "answer_without_request",
    "An answer is given to a request, never contributed by itself",
    "答复应当针对协办请求作出",
    "LIFECYCLE.md, row 20",
    "answer the request",
)
CONTRIBUTION_UNKNOWN = Requirement(
    "contribution_unknown",
    "What is joined or refused is a contribution to this case",
    "没有该协办内容",
    "LIFECYCLE.md, row 21",
    "look up the contribution's hash in the case",
)
CONTRIBUTION_SETTLED = Requirement(
    "contribution_settled",
    "A contribution is joined or refused once",
    "该协办内容已处理",
    "LIFECYCLE.md, row 21",
    "nothing is left to do",
)
CONTRIBUTION_KIND = Requirement(
    "contribution_kind",
    "A contribution is joined or refused as what it is",
    "协办内容的类别不符",
    "LIFECYCLE.md, row 21",
    "name the contribution's own kind",
)

# Decision and after ----------------------------------------------------------------------------------------------------

FOUR_EYES = Requirement(
    "four_eyes",
    "Who decides is not who handled the case",
    "承办人与决定人不得为同一人",
    "the matter's contract: four_eyes; LIFECYCLE.md, row 28",
    "let another officer decide",
    stands=True,
)
CLOSURE_CONTRADICTS = Requirement(
    "closure_contradicts",
    "A case is closed with the result that was decided",
    "办结结果与决定不一致",
    "LIFECYCLE.md, row 30",
    "close with the result decided",
)
ALREADY_DELIVERED = Requirement(
    "already_delivered",
    "A result is delivered once",
    "结果已送达",
    "LIFECYCLE.md, row 31",
    "nothing is left to do",
)
NOT_DELIVERED = Requirement(
    "not_delivered",
    "A closed case is archived after its result was delivered",
    "结果尚未送达，不得归档",
    "LIFECYCLE.md, row 33",
    "deliver the result, or join the delivery that a window contributed",
)

REQUIREMENTS: tuple[Requirement, ...] = tuple(each for each in globals().values() if isinstance(each, Requirement))
BY_CODE: dict[str, Requirement] = {each.code: each for each in REQUIREMENTS}
