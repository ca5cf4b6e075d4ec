"""Fictitious applicants for the demo and the tests: values for the forms and outcomes of the matters that ship.

Nobody real can be meant, and nobody has to take that on trust:

- **Names** begin with 示例 ("example"), and enterprises end in （虚构） ("fictitious").
- **Identity numbers** begin with 999999. No administrative division has a code that begins with 9 (GB/T 2260), so no
  identity number of a citizen does. The check digit is right, so that validation has something to chew on.
- **Credit codes** begin with X, which no registering authority has as its letter, and name the division 999999. Both
  check digits are right.
- **Telephone numbers** begin with +999, a country code that is assigned to nobody (ITU-T E.164), so nobody's rings.

The texts of these standards were not at hand: that the ranges are free is general knowledge, which the names back up.

Everything comes from the `random.Random` that is passed in: the same seed gives the same people.

Not handled here: validating the numbers of real applicants.
"""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

Values = dict[str, Any]

MEDICAL_REGISTRATION = "002099001000"
PENSION_TRANSFER = "002099002000"
PRODUCTION_LICENCE = "000199003000"

FICTITIOUS_DIVISION = "999999"
FICTITIOUS_REGISTRAR = "X9"
FICTITIOUS_COUNTRY_CODE = "+999"

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANIZATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SYLLABLES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_PRODUCTS = (("电线电缆", "示-1"), ("防爆电气", "示-2"), ("化肥", "示-3"), ("水泥", "示-4"))
_BORN_FROM, _BORN_UNTIL = date(1950, 1, 1), date(2006, 12, 31)


class Setting(NamedTuple):
    """Where and when a fiction plays: the region that decides, another one, and the day of the application."""

    deciding: str
    other: str
    today: date


def fictional_form(rng: random.Random, catalog_code: str, setting: Setting) -> Values:
    """Return values for the form of a bundled matter. Raises `KeyError` for any other catalog code."""
    return _FORMS[catalog_code](rng, setting)


def fictional_outcome(rng: random.Random, catalog_code: str, form: Mapping[str, Any], today: date) -> Values:
    """Return values for the outcome of a case with this form, decided on `today`. Raises `KeyError` as above."""
    return _OUTCOMES[catalog_code](rng, form, today)


# Numbers -------------------------------------------------------------------------------------------------------------


def id_number(rng: random.Random) -> str:
    """A citizen identity number (GB 11643 form: division 6, birth date 8, sequence 3, check 1) of nobody."""
    born = _BORN_FROM + timedelta(days=rng.randrange((_BORN_UNTIL - _BORN_FROM).days + 1))
    body = f"{FICTITIOUS_DIVISION}{born:%Y%m%d}{rng.randrange(1000):03}"
    return body + id_check_digit(body)


def id_check_digit(body: str) -> str:
    """The check digit of an identity number's first 17 digits: ISO 7064 MOD 11-2, written with weights."""
    return _ID_CHECKS[sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, body, strict=True)) % 11]


def credit_code(rng: random.Random) -> str:
    """A unified social credit code (GB 32100 form: registrar 2, division 6, organization 9, check 1) of nobody."""
    organization = f"{rng.randrange(10**8):08}"
    body = FICTITIOUS_REGISTRAR + FICTITIOUS_DIVISION + organization + organization_check(organization)
    return body + credit_check(body)


def credit_check(body: str) -> str:
    """The check character of a credit code's first 17: weights 3^i mod 31 over an alphabet without I, O, S, V, Z."""
    total = sum(pow(3, place, 31) * _CREDIT_ALPHABET.index(char) for place, char in enumerate(body))
    return _CREDIT_ALPHABET[-total % 31]


def organization_check(body: str) -> str:
    """The check character of an organization code's first 8 (GB 11714): 11 - weighted sum mod 11, with X for 10."""
    values = map(_ORGANIZATION_ALPHABET.index, body)
    total = sum(weight * value for weight, value in zip(_ORGANIZATION_WEIGHTS, values, strict=True))
    return "0123456789X"[-total % 11]


def telephone(rng: random.Random) -> str:
    """A telephone number that no telephone has."""
    return f"{FICTITIOUS_COUNTRY_CODE}{rng.randrange(10**8):08}"


# Names ---------------------------------------------------------------------------------------------------------------


def person_name(rng: random.Random) -> str:
    """A name that is visibly an example, as 示例甲子丑."""
    return "示例" + _syllables(rng, 3)


def enterprise_name(rng: random.Random) -> str:
    """An enterprise's name that is visibly an example."""
    return f"示例{_syllables(rng, 3)}制造有限公司（虚构）"


def _syllables(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(count))


def _maybe(rng: random.Random, make: Callable[[random.Random], str]) -> str | None:
    """One time in four, something made."""
    return make(rng) if rng.randrange(4) == 0 else None


def _person(rng: random.Random) -> Values:
    return {
        "applicant_name": person_name(rng),
        "id_number": id_number(rng),
        "telephone": telephone(rng),
        "agent_name": _maybe(rng, person_name),
    }


def _number(rng: random.Random, kind: str, today: date) -> str:
    return f"示例-{kind}-{today:%Y}-{rng.randrange(10**6):06}"


# Forms ---------------------------------------------------------------------------------------------------------------


def _medical_form(rng: random.Random, setting: Setting) -> Values:
    starts_on = setting.today + timedelta(days=rng.randrange(1, 30))
    return {
        **_person(rng),
        "insured_region": setting.deciding,
        "treatment_region": setting.other,
        "insurance_kind": rng.choice(("employee", "resident")),
        "reason": rng.choice(("resettled", "long_term_resident", "posted", "treatment")),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=180) if rng.randrange(2) else None,
    }


def _pension_form(rng: random.Random, setting: Setting) -> Values:
    last_month = setting.today.replace(day=1) - timedelta(days=rng.randrange(1, 300))
    reason = rng.choice(("new_employment", "return_home"))
    person = _person(rng)
    return {
        "contact_telephone": person.pop("telephone"),
        **person,
        "from_region": setting.other,
        "to_region": setting.deciding,
        "from_body": f"示例{_syllables(rng, 2)}社会保险经办机构（虚构）",
        "reason": reason,
        "new_employer": enterprise_name(rng) if reason == "new_employment" else None,
        "last_contribution_month": f"{last_month:%Y-%m}",
        "consents_to_fetch": True,
        "delivery_address": None,
    }


def _licence_form(rng: random.Random, setting: Setting) -> Values:
    kind = rng.choice(("first", "renewal", "change"))
    products = rng.sample(_PRODUCTS, rng.randrange(1, 3))
    return {
        "enterprise_name": enterprise_name(rng),
        "credit_code": credit_code(rng),
        "home_region": setting.deciding,
        "production_address": f"示例市示例路{rng.randrange(1, 1000)}号（虚构）",
        "application_kind": kind,
        "present_licence_number": None if kind == "first" else _number(rng, "许可", setting.today),
        "products": [{"name": name, "model": model, "standard": None} for name, model in products],
        "legal_representative_name": person_name(rng),
        "legal_representative_id_number": id_number(rng),
        "contact_name": person_name(rng),
        "contact_telephone": telephone(rng),
    }


# Outcomes ------------------------------------------------------------------------------------------------------------


def _medical_outcome(rng: random.Random, form: Mapping[str, Any], today: date) -> Values:
    return {
        "registration_number": _number(rng, "备案", today),
        "insured_region": form["insured_region"],
        "treatment_region": form["treatment_region"],
        "valid_from": form["starts_on"],
        "valid_until": form["ends_on"],
    }


def _pension_outcome(rng: random.Random, form: Mapping[str, Any], today: date) -> Values:
    months = rng.randrange(12, 400)
    return {
        "transfer_number": _number(rng, "转移", today),
        "from_region": form["from_region"],
        "to_region": form["to_region"],
        "contribution_months": months,
        "transferred_fen": months * rng.randrange(30_000, 200_000),
        "effective_on": today,
    }


def _licence_outcome(rng: random.Random, form: Mapping[str, Any], today: date) -> Values:
    return {
        "licence_number": _number(rng, "许可", today),
        "enterprise_name": form["enterprise_name"],
        "credit_code": form["credit_code"],
        "products": [product["name"] for product in form["products"]],
        "issued_on": today,
        "valid_until": today + timedelta(days=5 * 365),
    }


_FORMS: dict[str, Callable[[random.Random, Setting], Values]] = {
    MEDICAL_REGISTRATION: _medical_form,
    PENSION_TRANSFER: _pension_form,
    PRODUCTION_LICENCE: _licence_form,
}
_OUTCOMES: dict[str, Callable[[random.Random, Mapping[str, Any], date], Values]] = {
    MEDICAL_REGISTRATION: _medical_outcome,
    PENSION_TRANSFER: _pension_outcome,
    PRODUCTION_LICENCE: _licence_outcome,
}
