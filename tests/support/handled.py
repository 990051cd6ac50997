"""How many messages a process has handled, as it says itself."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from screentest.stack.ports import LOOPBACK
from screentest.stack.stack import Stack
from support.waiting import until


async def handled(stack: Stack, name: str) -> float:
    """Messages that a process has handled well since it was started."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://{LOOPBACK}:{stack.services[name].probe_port}/metrics")
    return sum(
        sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == "screentest_messages_handled_total" and sample.labels["outcome"] == "done"
    )


async def until_each_handles(stack: Stack, *names: str) -> None:
    """Wait until every one of the processes has handled another message."""
    before = {name: await handled(stack, name) for name in names}

    async def has_each() -> bool:
        return all([await handled(stack, name) > count for name, count in before.items()])

    await until(has_each, what=f"{', '.join(names)} to handle messages", timeout_s=120)
