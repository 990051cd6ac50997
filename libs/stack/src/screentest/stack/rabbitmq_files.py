"""The files a private RabbitMQ node reads: configuration, definitions, cookie.

Owns the node's folder below the stack's. Starts nothing.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from screentest.stack.folder import StackFolder, write_private

USER = "screentest"
TEST_VHOSTS = tuple(f"test-{number}" for number in range(8))
# Small disks must not block publishers, and the quorum queues' log must not fill them.
_CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{amqp_port}
load_definitions = {definitions}
disk_free_limit.absolute = 32MB
vm_memory_high_watermark.relative = 0.6
raft.wal_max_size_bytes = 33554432
log.console = true
log.console.level = info
log.file = false
"""
_DURABLE = "[].\n"
_FAST = "[{ra, [{wal_sync_method, none}]}].\n"


class RabbitMQFiles:
    """Writes the node's files and names them in the variables the server's scripts read."""

    def __init__(self, folder: StackFolder, *, vhosts: Sequence[str], durable: bool) -> None:
        self._folder = folder
        self._vhosts = vhosts
        self._durable = durable
        self.home = folder.path / "rabbitmq"

    @property
    def password(self) -> str:
        """The node's only user's password."""
        return self._folder.secret("rabbitmq-user")

    def write(self, *, amqp_port: int) -> None:
        """Write everything anew; data of an earlier start stays."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        definitions = self.home / "definitions.json"
        write_private(definitions, json.dumps(self._definitions()))
        config = _CONFIG.format(amqp_port=amqp_port, definitions=definitions)
        write_private(self.home / "rabbitmq.conf", config)
        write_private(self.home / "advanced.config", _DURABLE if self._durable else _FAST)
        write_private(self.home / "enabled_plugins", "[].\n")
        write_private(self.home / ".erlang.cookie", self._folder.secret("erlang-cookie"))

    def environment(self) -> dict[str, str]:
        """Every place the server's scripts would otherwise look for on the system."""
        home = self.home
        return {
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(home / "node.pid"),
        }

    def _definitions(self) -> dict[str, Any]:
        return {
            "users": [
                {
                    "name": USER,
                    "password_hash": password_hash(self.password, salt=b"sct\x01"),
                    "hashing_algorithm": "rabbit_password_hashing_sha256",
                    "tags": ["administrator"],
                }
            ],
            "vhosts": [{"name": vhost} for vhost in self._vhosts],
            "permissions": [
                {"user": USER, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}
                for vhost in self._vhosts
            ],
        }


def password_hash(password: str, *, salt: bytes) -> str:
    """RabbitMQ's salted SHA-256: base64(salt + sha256(salt + password)), a salt of 4 bytes."""
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode("ascii")
