"""Numbers with a check digit."""

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_HALF_WIDTH = str.maketrans("０１２３４５６７８９＋ｘＸ", "0123456789+XX")


def check_national_id(text: str) -> str:
    """The identity number in its standard form (GB 11643); ValueError with a Chinese sentence if it cannot be one.

    Full-width digits and a small x are mended; the sentence never repeats the number.
    """
    number = text.strip().translate(_HALF_WIDTH).upper()
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValueError("身份证号应为 18 位")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("身份证号中的出生日期不存在") from None
    if _CHECKS[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11] != number[17]:
        raise ValueError("身份证号校验位不符，请核对")
    return number


def birth_date_of(number: str) -> date:
    """The birth date inside a checked identity number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def gender_of(number: str) -> str:
    """GB/T 2261.1 code inside a checked identity number: the last digit of the sequence is odd for men."""
    return "1" if int(number[16]) % 2 else "2"


def check_phone(text: str) -> str:
    """A telephone number without blanks and hyphens, half-width; ValueError with a Chinese sentence if it cannot be one."""
    number = re.sub(r"[\s\-－—()（）]", "", text.translate(_HALF_WIDTH))
    if not re.fullmatch(r"\+?[0-9]{5,20}", number):
        raise ValueError("电话应为 5 至 20 位数字")
    return number


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_uscc(text: str) -> str:
    """The unified social credit code in its standard form (GB 32100); ValueError with a Chinese sentence if it cannot be one."""
    code = text.strip().translate(_HALF_WIDTH).upper()
    if len(code) != 18 or any(sign not in _USCC for sign in code):
        raise ValueError("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）")
    total = sum(_USCC.index(sign) * weight for sign, weight in zip(code[:17], _USCC_WEIGHTS, strict=True))
    if _USCC[(31 - total % 31) % 31] != code[17]:
        raise ValueError("统一社会信用代码校验位不符，请核对")
    return code
