"""Builds the web application: routers, the one place where refusals become answers, the built web pages."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__
from app.api.router import api
from app.config import Settings
from app.db import Database, connect
from app.errors import AppError, FieldError
from app.schemas.messages import place, sentence

log = logging.getLogger("dangjian")
PAGES = Path(__file__).parent.parent / "frontend" / "dist"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
NO_PAGES = (
    "<!doctype html><html lang=zh-CN><title>党建评</title><p>网页尚未构建。请在项目目录运行 <code>make pages</code>，"
    "然后刷新。接口可以使用：<a href='/api/docs'>接口文档</a>。"
)


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """The application for one set of settings; no module-level engine, so that tests and commands make their own."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = settings.pool_size
        yield
        if database is None:
            app.state.database.engine.dispose()

    app = FastAPI(
        title="党建评", version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
        lifespan=lifespan, generate_unique_id_function=_operation_id, description="基层党建工作评价：记录、评价、解释。",
    )  # fmt: skip
    app.state.settings = settings
    app.state.database = database or connect(settings.url, settings.key_file, pool_size=settings.pool_size)
    app.include_router(api)
    _refuse_in_chinese(app)
    app.add_middleware(RequestMark)
    _documentation(app)
    _pages(app)
    return app


def _operation_id(route: APIRoute) -> str:
    """`list_runs` → `listRuns`: client functions carry the names of the routes."""
    first, *rest = route.name.split("_")
    return first + "".join(part.title() for part in rest)


class RequestMark:
    """Gives every request an id, in the answer and in every problem. Plain ASGI: a wrapped one would buffer streams."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        mark = uuid.uuid4().hex[:16]
        scope.setdefault("state", {})["request_id"] = mark

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = mark
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, send_marked)


def problem(
    request: Request, status: int, code: str, title: str, detail: str, errors: tuple[FieldError, ...] = (), retry_after: int | None = None
) -> Response:
    """RFC 9457; the rejected input is never echoed."""
    body: dict[str, Any] = {
        "type": f"urn:dangjian:error:{code}", "title": title, "status": status, "detail": detail, "code": code,
        "errors": [{"field": error.field, "message": error.message} for error in errors],
        "request_id": getattr(request.state, "request_id", None),
    }  # fmt: skip
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _refuse_in_chinese(app: FastAPI) -> None:
    @app.exception_handler(AppError)
    async def refused(request: Request, error: AppError) -> Response:
        return problem(request, error.status, error.code, error.title, error.detail, error.errors, error.retry_after)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        found = tuple(FieldError(place(each["loc"][1:]) or str(each["loc"][0]), sentence(each)) for each in error.errors())
        return problem(
            request, 422, "request_invalid", "内容有误", f"有 {len(found)} 处需要改正：{found[0].field} {found[0].message}。", found
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        titles = {
            404: ("not_found", "没有这个地址"),
            405: ("method_not_allowed", "这个地址不支持该方法"),
            400: ("body_unreadable", "请求内容无法读取"),
        }
        code, title = titles.get(error.status_code, ("http_error", "请求未能完成"))
        return problem(request, error.status_code, code, title, f"{title}。")

    @app.exception_handler(OperationalError)
    async def away(request: Request, error: OperationalError) -> Response:
        log.error("database away: %s", error, extra={"request_id": request.state.request_id})
        return problem(request, 503, "database_unavailable", "服务暂时不可用", "数据库暂时无法使用，请稍后重试。", retry_after=5)

    @app.exception_handler(StatementError)
    async def unstorable(request: Request, error: StatementError) -> Response:
        log.warning("value refused by the database: %s", type(error.orig).__name__, extra={"request_id": request.state.request_id})
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return problem(request, 503, "database_unavailable", "服务暂时不可用", "数据库连接中断，请重试。", retry_after=2)
        return problem(request, 422, "value_not_storable", "内容有误", "内容中有无法保存的字符或数值。")

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("unexpected", exc_info=error, extra={"request_id": getattr(request.state, "request_id", None)})
        return problem(request, 500, "internal_error", "系统出错", "系统内部出错，请把请求编号告诉管理员。")


def _documentation(app: FastAPI) -> None:
    """The interactive page with everything it needs from our own files: it works without internet."""
    import swagger_ui_bundle

    app.mount("/api/docs/assets", StaticFiles(directory=swagger_ui_bundle.swagger_ui_path), name="docs-assets")

    @app.get("/api/docs", include_in_schema=False)
    def documentation() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/api/openapi.json", title="党建评 接口文档", swagger_js_url="/api/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/api/docs/assets/swagger-ui.css", swagger_favicon_url="/api/docs/assets/favicon-32x32.png",
        )  # fmt: skip


def _pages(app: FastAPI) -> None:
    """`/admin/…` is the page's own business: any address there is its index; a missing asset is 404, never html."""

    @app.get("/healthz", include_in_schema=False)
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def ready() -> dict[str, str]:
        with app.state.database.read() as session:
            session.execute(text("SELECT 1 FROM organisation WHERE 1 = 0"))
        return {"status": "ready"}

    @app.get("/", include_in_schema=False)
    def entrance() -> RedirectResponse:
        return RedirectResponse("/admin/", 307)

    @app.get("/admin", include_in_schema=False)
    def admin_entrance() -> RedirectResponse:
        return RedirectResponse("/admin/", 308)

    @app.get("/admin/{path:path}", include_in_schema=False)
    def admin(path: str) -> Response:
        return _page("admin", path)


def _page(application: str, path: str) -> Response:
    folder = PAGES / application
    if not (folder / "index.html").exists():
        return HTMLResponse(NO_PAGES, 503)
    file = (folder / path).resolve()
    if path and file.is_file() and file.is_relative_to(folder.resolve()):
        forever = path.startswith("assets/")
        return FileResponse(file, headers={"Cache-Control": "public, max-age=31536000, immutable" if forever else "no-cache"})
    if path.startswith("assets/"):
        raise HTTPException(404)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}
    return FileResponse(folder / "index.html", headers=headers)
