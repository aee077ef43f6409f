"""What routes are given: the session of the request's one transaction, the actor, If-Match, stored answers for repeated POSTs."""

import hashlib
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission, operator, require
from app.config import Settings
from app.db import Database
from app.errors import Invalid
from app.models.journal import IdempotencyKey

SAFE = frozenset({"GET", "HEAD"})


class Replayed(Exception):
    """This POST was answered before; here is that answer."""

    def __init__(self, stored: IdempotencyKey) -> None:
        super().__init__(stored.key)
        self.status, self.body, self.headers = stored.status or 200, stored.body or "", stored.headers or {}


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def get_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def get_actor(request: Request) -> Actor:
    """Until accounts exist the service listens on loopback only and everybody there is the operator."""
    return operator(request_id=request.state.request_id)


ActorDep = Annotated[Actor, Depends(get_actor)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
DatabaseDep = Annotated[Database, Depends(get_database)]


def get_session(request: Request, actor: ActorDep) -> Iterator[Session]:
    """GET and HEAD look, everything else is one transaction that commits before the answer is sent."""
    database = get_database(request)
    known = {"late_entry_days": get_settings(request).late_entry_days}
    if request.method in SAFE or getattr(request.state, "read_only", False):
        with database.read() as session:
            session.info.update(known)
            yield session
        return
    with database.write() as session:
        session.info.update(known)
        key = getattr(request.state, "idempotency", None)
        if key is not None:
            request.state.claimed = _claim(session, actor, request, *key)
            request.state.session = session
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def permission(needed: Permission) -> Any:
    """Route dependency: the actor holds this permission somewhere; services check the place."""

    def check(actor: ActorDep) -> None:
        require(actor, needed)

    check.permission = needed  # type: ignore[attr-defined]  # read by the test that every route demands one
    return Depends(check)


def looking_only(request: Request) -> None:
    """Route dependency: a POST that only looks gets a reading session."""
    request.state.read_only = True


def if_match(value: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """The version named by `If-Match: "v3"`; None when the header is missing."""
    if value is None:
        return None
    found = re.fullmatch(r'(?:W/)?"v(\d{1,9})"', value.strip())
    if found is None:
        raise Invalid("if_match_invalid", 'If-Match 应为读取时得到的 ETag，例如 "v3"。')
    return int(found.group(1))


IfMatchDep = Annotated[int | None, Depends(if_match)]


def tag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"v{version}"'


class RepeatableRoute(APIRoute):
    """A POST with an Idempotency-Key: its answer is stored in the transaction of its effect and given again for 24 hours."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            key = request.headers.get("Idempotency-Key")
            if request.method != "POST" or not key:
                return await handle(request)
            if len(key) > 200:
                raise Invalid("idempotency_key_invalid", "Idempotency-Key 最长 200 个字符。")
            request.state.idempotency = (key, hashlib.sha256(await request.body()).hexdigest())
            try:
                response = await handle(request)
            except Replayed as answer:
                return Response(answer.body, answer.status, {**answer.headers, "Idempotent-Replayed": "true"})
            if hasattr(request.state, "claimed"):
                await to_thread.run_sync(_keep, request.state.session, request.state.claimed, response)
            return response

        return handle_once


def _claim(session: Session, actor: Actor, request: Request, key: str, body_hash: str) -> IdempotencyKey:
    """Takes the key for this transaction; a second request waits here for the first one's end and replays its answer."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - clock.DAY))
    wanted = {"actor": actor.name, "route": f"{request.method} {request.url.path}", "key": key}
    fresh = IdempotencyKey(**wanted, body_hash=body_hash, created_at=clock.now())
    if not _insert_if_new(session, fresh):
        stored = session.scalars(select(IdempotencyKey).filter_by(**wanted)).one()
        if stored.body_hash != body_hash:
            raise Invalid("idempotency_key_reused", "这个 Idempotency-Key 已用于另一个请求，请换一个。")
        raise Replayed(stored)
    return session.scalars(select(IdempotencyKey).filter_by(**wanted)).one()


def _insert_if_new(session: Session, row: IdempotencyKey) -> bool:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"actor": row.actor, "route": row.route, "key": row.key, "body_hash": row.body_hash, "created_at": row.created_at}
    statement = insert(IdempotencyKey).values(values).on_conflict_do_nothing().returning(IdempotencyKey.key)
    return session.scalar(statement) is not None  # psycopg does not know the rowcount of such a statement


def _keep(session: Session, claimed: IdempotencyKey, response: Response) -> None:
    claimed.status = response.status_code
    claimed.body = bytes(response.body).decode()
    claimed.headers = {name: value for name, value in response.headers.items() if name in {"content-type", "location", "etag"}}
    session.flush()
