from screentest.common.events import WaitingCode, WaitingRun
from screentest.common.ids import new_id


def test_a_code_of_a_newer_dispatcher_is_read_as_unknown():
    said = {"run_id": str(new_id()), "code": "moon_is_full", "reason": "wait for the new one"}

    assert WaitingRun.model_validate(said).code is WaitingCode.UNKNOWN
