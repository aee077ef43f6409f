"""Settings, read once from the environment (prefix `DANGJIAN_`) and handed down; there is no global instance."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LATE_ENTRY_DAYS = 7
"""How long after an activity it may be entered without being labelled late, unless an operator says otherwise."""


class Settings(BaseSettings):
    """What an operator may set. Every field is described in docs/operations.md (a test demands it)."""

    model_config = SettingsConfigDict(env_prefix="DANGJIAN_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("dangjian-data"), description="数据目录：数据库、附件、密钥")
    database_url: str = Field("", description="数据库地址；为空时使用数据目录中的 SQLite")
    host: str = Field("127.0.0.1", description="监听地址；账号功能启用前只允许回环地址")
    port: int = Field(8000, ge=0, le=65535, description="监听端口")
    public_url: str = Field("", description="对外地址，例如 https://dj.example.gov.cn")
    trusted_proxies: str = Field("", description="可信反向代理地址，逗号分隔")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="日志级别")
    demo_password: str = Field("", description="演示账号口令；为空时随机生成并打印")
    pool_size: int = Field(10, ge=1, le=200, description="数据库连接数，也是同时处理的请求数")
    late_entry_days: int = Field(LATE_ENTRY_DAYS, ge=0, description="活动发生后超过多少天录入标记为补录")

    @property
    def url(self) -> str:
        """The SQLAlchemy address: as set, or SQLite in the data folder. `postgresql://` means psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'dangjian.db').resolve()}"
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def key_file(self) -> Path:
        """The keys, outside every backup."""
        return self.data_dir / "keys.json"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.host in {"127.0.0.1", "localhost", "::1"}
