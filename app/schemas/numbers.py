"""Numbers with a check digit."""

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_national_id(text: str) -> str:
    """The identity number in its standard form (GB 11643); ValueError with a Chinese sentence if it cannot be one.

    Full-width digits and a small x are mended; the sentence never repeats the number.
    """
    number = text.strip().translate(str.maketrans("０１２３４５６７８９ｘＸｘ", "0123456789XXX")).upper()
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValueError("身份证号应为 18 位")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("身份证号中的出生日期不存在") from None
    if _CHECKS[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11] != number[17]:
        raise ValueError("身份证号校验位不符，请核对")
    return number
