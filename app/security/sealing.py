"""Field encryption (AES-256-GCM, key id and place of the field bound in) and blind indexes for exact search."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import Unavailable
from app.security.keys import Keys

_NONCE = 12


def seal(keys: Keys, place: str, text: str) -> bytes:
    """Encrypts one value for one place (`member.national_id`): suite and key id, nonce, ciphertext with tag."""
    key_id = keys.current
    header = f"A:{key_id}:".encode()
    nonce = os.urandom(_NONCE)
    return header + nonce + AESGCM(keys.fields[key_id]).encrypt(nonce, text.encode(), header + place.encode())


def unseal(keys: Keys, place: str, sealed: bytes) -> str:
    """The value; Unavailable if its key is missing or it was altered or moved to another place."""
    suite, key_id, rest = sealed.split(b":", 2)
    key = keys.fields.get(key_id.decode())
    if suite != b"A" or key is None:
        raise Unavailable("key_missing", f"加密所用的密钥 {key_id.decode()} 不在密钥文件中，请从密钥备份恢复。")
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], suite + b":" + key_id + b":" + place.encode()).decode()
    except InvalidTag as error:
        raise Unavailable("sealed_value_damaged", "加密内容已损坏或被移动，请从备份恢复。") from error


def blind_index(keys: Keys, place: str, text: str) -> str:
    """A keyed fingerprint: equal values are found without being readable."""
    return hmac.new(keys.index, f"{place}\0{text}".encode(), hashlib.sha256).hexdigest()
