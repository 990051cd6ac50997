"""In which order the policy releases what waits for one renderer, but for warm models.

Each place has accounts of its own, and who has had least somewhere goes first there. Here a user
stands where they are best placed: at the clock of a lane where they have had nothing.
"""

from collections.abc import Collection, Iterator
from itertools import chain

from screentest.common.events import Lane
from screentest.dispatcher.domain.lanes import Candidate
from screentest.dispatcher.domain.shares import Account, Shares


def in_order(
    runs: Collection[Candidate], shares: Shares, accounts: Collection[Account]
) -> Iterator[Candidate]:
    """Users by what they have had, production by its share.

    Args:
        runs: what waits, of both lanes.
        shares: what renders cost.
        accounts: those of the places that take work.
    """
    lanes = {lane: _of_lane(lane, runs, shares, accounts) for lane in Lane}
    preview, production = lanes[Lane.PREVIEW], lanes[Lane.PRODUCTION]
    credit_s = max((account.production_credit_s for account in accounts), default=0.0)
    share = shares.production_share
    first = second = 0
    while first < len(preview) and second < len(production):
        if credit_s > 0:
            run = production[second]
            second += 1
            credit_s -= (1 - share) * shares.cost_s(run.lane, run.estimate_s)
        else:
            run = preview[first]
            first += 1
            credit_s += share * shares.cost_s(run.lane, run.estimate_s)
        yield run
    yield from chain(preview[first:], production[second:])


def _of_lane(
    lane: Lane, runs: Collection[Candidate], shares: Shares, accounts: Collection[Account]
) -> list[Candidate]:
    at_s: dict[int, float] = {}
    tagged = []
    for run in sorted((run for run in runs if run.lane is lane), key=lambda run: run.order):
        if run.user not in at_s:
            leads_s = (one.start_s(lane, run.user) - one.clock_s[lane] for one in accounts)
            at_s[run.user] = min(leads_s, default=0.0)
        start_s = at_s[run.user]
        at_s[run.user] = start_s + shares.cost_s(lane, run.estimate_s) / run.weight
        tagged.append((start_s, *run.order, run))
    return [run for *_, run in sorted(tagged, key=lambda tag: tag[:3])]
