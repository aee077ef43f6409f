"""Everything the product refuses, as exceptions without a framework.

AppError            status, stable English code, Chinese sentence, errors by field
├── Invalid         422  the request makes no sense as it stands
├── NotFound        404  does not exist, or is not yours
├── NotPermitted    403  seen, but not allowed
├── NotLoggedIn     401
├── Conflict        409  the state of the record forbids it
├── Stale           412  somebody changed the record meanwhile
├── MustMatch       428  If-Match is missing
├── TooLarge        413
├── WrongMediaType  415
├── TooMany         429  with retry_after seconds
└── Unavailable     503  with retry_after seconds
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault and its place: a field path such as `indicators[3].rule.kind`, a cell such as `第5行 出生日期`."""

    field: str
    message: str


class AppError(Exception):
    """A refusal with a sentence for people and a code for programs.

    `keep=True` commits what was flushed before it (a failed log-in must leave its trace); otherwise nothing is kept.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "请求未能完成"

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        *,
        keep: bool = False,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.keep = keep
        self.retry_after = retry_after


class Invalid(AppError):
    status = 422
    title = "内容有误"


class NotFound(AppError):
    status = 404
    title = "没有找到"


class NotPermitted(AppError):
    status = 403
    title = "没有权限"


class NotLoggedIn(AppError):
    status = 401
    title = "尚未登录"


class Conflict(AppError):
    status = 409
    title = "当前状态不允许"


class Stale(AppError):
    status = 412
    title = "内容已被他人修改"


class MustMatch(AppError):
    status = 428
    title = "缺少版本标识"


class TooLarge(AppError):
    status = 413
    title = "内容过大"


class WrongMediaType(AppError):
    status = 415
    title = "文件类型不支持"


class TooMany(AppError):
    status = 429
    title = "操作过于频繁"


class Unavailable(AppError):
    status = 503
    title = "服务暂时不可用"
