import json

from screentest.common.broker_definitions import ACCOUNTS, password_hash
from screentest.stack.folder import StackFolder
from screentest.stack.rabbitmq_files import RabbitMQFiles


def test_password_hash_is_the_one_in_rabbitmqs_documentation():
    hashed = password_hash("test12", salt=bytes.fromhex("908DC60A"))

    assert hashed == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_no_file_gives_the_password_away(tmp_path):
    folder = StackFolder(tmp_path / "stack")
    folder.prepare()
    files = RabbitMQFiles(folder, vhosts=("/", "test-0"), durable=True)

    files.write(amqp_port=5999)

    written = [path for path in files.home.iterdir() if path.is_file()]
    assert written
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    passwords = {files.password, *(files.password_of(account) for account in ACCOUNTS)}
    assert len(passwords) == 1 + len(ACCOUNTS)
    assert not [path for path in written for password in passwords if password in path.read_text()]
    definitions = json.loads((files.home / "definitions.json").read_text())
    assert [vhost["name"] for vhost in definitions["vhosts"]] == ["/", "test-0"]
