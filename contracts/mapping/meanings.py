"""What each code of a finding means, and what the data's owner can do about it."""

from collections.abc import Mapping
from typing import NamedTuple


class Meaning(NamedTuple):
    """What a code means, and what the data's owner can do, in Chinese and in English."""

    code: str
    zh: str
    en: str
    advice_zh: str
    advice_en: str


_MEANINGS = (
    Meaning(
        "record_broken",
        "记录损坏",
        "the record cannot be read as the format says",
        "从来源系统重新导出该记录",
        "export this record again from its system",
    ),
    Meaning(
        "record_too_large",
        "记录过大",
        "the record is larger than any form",
        "检查引号、标签是否闭合",
        "look for a quote or tag that is not closed",
    ),
    Meaning(
        "file_broken",
        "文件损坏",
        "the file cannot be read on from here",
        "重新导出整个文件",
        "export the file again; what comes behind was not read",
    ),
    Meaning(
        "missing",
        "缺值",
        "nothing stands there, and the form needs it",
        "补录",
        "fill it in at its source",
    ),
    Meaning(
        "kind",
        "类型不符",
        "another kind of value",
        "按要求的类型改正",
        "correct it at its source",
    ),
    Meaning(
        "damaged_text",
        "乱码",
        "characters that were lost or cannot be shown",
        "按原件重新录入",
        "type it again from the paper; check the file's encoding",
    ),
    Meaning(
        "text",
        "格式不符",
        "a text of another form",
        "按要求的格式改正",
        "correct it at its source",
    ),
    Meaning(
        "text_unknown",
        "非全国统一代码",
        "a code of no national form",
        "核对本地代码与全国代码的对应关系",
        "find the national code; the local one was kept",
    ),
    Meaning(
        "date",
        "日期不符",
        "no date as the mapping describes it",
        "改正日期，或在映射中补充格式",
        "correct it, or add its format to the mapping",
    ),
    Meaning(
        "number",
        "数值不符",
        "no number as the mapping describes it",
        "改正数值",
        "correct it; state the unit in the mapping",
    ),
    Meaning(
        "code_unknown",
        "代码未知",
        "a code that the mapping's table does not have",
        "改正代码，或在代码表中补充",
        "correct it, or add it to the mapping's table",
    ),
    Meaning(
        "expression",
        "表达式无法计算",
        "an expression of the mapping found no value",
        "核对来源值的结构",
        "look at the values that the expression reads",
    ),
    Meaning(
        "identifier_length",
        "号码位数不符",
        "an identifier with too few or many characters",
        "按证件核对",
        "compare it with the document; a character was lost or added",
    ),
    Meaning(
        "identifier_old",
        "旧号码",
        "an identifier of a form that is no longer issued",
        "换成现行号码",
        "ask for the present number",
    ),
    Meaning(
        "identifier_superseded",
        "旧代码",
        "an organization code where a credit code is wanted",
        "查询统一社会信用代码",
        "look up the 18-character credit code and replace it",
    ),
    Meaning(
        "identifier_characters",
        "号码字符不符",
        "characters that such an identifier never has",
        "按证件核对",
        "compare it with the document",
    ),
    Meaning(
        "identifier_check",
        "校验位不符",
        "the check digit does not fit",
        "按证件核对",
        "compare it with the document; a digit is wrong or two are swapped",
    ),
    Meaning(
        "identifier_date",
        "出生日期不存在",
        "the birth date in the number does not exist",
        "按证件核对",
        "compare it with the document",
    ),
    Meaning(
        "identifier_region",
        "区划代码未知",
        "no such region in the table for that year",
        "核对区划代码",
        "look the region up; a new or old code may be right",
    ),
    Meaning(
        "identifier_issuer",
        "登记管理部门未知",
        "an issuer that the library does not know",
        "核对登记管理部门代码",
        "look at the first two characters",
    ),
    Meaning(
        "identifier_inner",
        "组织机构代码校验位不符",
        "the organization code inside does not fit its check digit",
        "按证照核对",
        "compare it with the certificate",
    ),
    Meaning(
        "form",
        "表单不符",
        "the whole does not fit the form",
        "按要求改正",
        "correct it as it says",
    ),
)

MEANINGS: Mapping[str, Meaning] = {each.code: each for each in _MEANINGS}
"""What every code means and what to do, by code."""
