"""The key file: created on first start with owner-only rights, never in a backup, never overwritten."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Keys:
    """`fields`: encryption keys by id, the last one seals; `index`: the key of the blind indexes."""

    fields: dict[str, bytes]
    index: bytes

    @property
    def current(self) -> str:
        return next(reversed(self.fields))


@lru_cache(maxsize=8)
def load(path: Path) -> Keys:
    """Reads the key file, or makes one when there is none. Unavailable with advice if it cannot be read."""
    if not path.exists():
        _create(path)
    try:
        content = json.loads(path.read_text())
        fields = {key_id: base64.b64decode(secret, validate=True) for key_id, secret in content["fields"].items()}
        return Keys(fields=fields, index=base64.b64decode(content["index"], validate=True))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise Unavailable("keys_unreadable", f"密钥文件 {path} 无法读取，请从密钥备份恢复该文件；程序没有改动它。") from error


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"fields": {"k1": _secret()}, "index": _secret()}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)


def _secret() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
