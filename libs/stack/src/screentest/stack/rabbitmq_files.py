"""The files a private RabbitMQ node reads: configuration, definitions, cookie.

Owns the node's folder below the stack's. Starts nothing.
"""

import json
from collections.abc import Sequence
from typing import Any

from screentest.common.broker_definitions import ACCOUNTS, accounts, password_hash, policies
from screentest.stack.folder import StackFolder, write_private

#: The administrator: for tests, and for whoever looks after the node.
USER = "screentest"
#: Where the services meet, each with a user of its own.
SERVICES_VHOST = "/"
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
        """The administrator's password."""
        return self._folder.secret("rabbitmq-user")

    def password_of(self, account: str) -> str:
        """The password of a service's user, or of the operator's."""
        return self._folder.secret(f"rabbitmq-{account}")

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
        hashes = {account: password_hash(self.password_of(account)) for account in ACCOUNTS}
        theirs = accounts(SERVICES_VHOST, password_hashes=hashes)
        admin = {
            "name": USER,
            "password_hash": password_hash(self.password),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": ["administrator"],
        }
        everything = [
            {"user": USER, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}
            for vhost in self._vhosts
        ]
        return {
            "vhosts": [{"name": vhost} for vhost in self._vhosts],
            "users": [admin, *theirs["users"]],
            "permissions": [*everything, *theirs["permissions"]],
            "topic_permissions": theirs["topic_permissions"],
            "policies": policies(SERVICES_VHOST),
        }
