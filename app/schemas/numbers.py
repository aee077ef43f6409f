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
