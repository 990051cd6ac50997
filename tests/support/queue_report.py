"""What the dispatcher says of its queue, as the api hears it."""

from screentest.dispatcher.handlers.reporting import changes


async def picture(loop):
    """What is said of the queue, by run, and the outlooks, as if nothing had been said before."""
    await loop.pool.execute("update queue_reports set said_at = '-infinity'")
    parts = await changes(loop.pool)
    outlooks = {
        (each.renderer, each.capability_class, each.lane): each.starts_in_s
        for each in parts[0].outlooks
    }
    return {each.run_id: each for part in parts for each in part.waiting}, outlooks


async def report(loop):
    """What is said of the queue, by run."""
    return (await picture(loop))[0]
