import pytest

from screentest.stack.errors import StackError
from screentest.stack.stack import Stack


def test_a_stack_without_a_replica_of_its_services_is_refused(tmp_path):
    with pytest.raises(StackError, match="one replica of every service at least, not 0"):
        Stack(tmp_path, replicas=0)
