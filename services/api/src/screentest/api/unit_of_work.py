"""One transaction a request, opened when first needed and committed before the answer leaves."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Annotated, Self

from fastapi import Depends, Request

from screentest.common.db import Pool, Tx, snapshot, transaction


class UnitOfWork:
    """Commits when its block ends, rolls back when it raises; reads cost nothing unless made."""

    def __init__(self, pool: Pool, *, only_reads: bool = False) -> None:
        """With ``only_reads`` all reads see one moment, so that an answer never contradicts itself.

        A scene and its run are read one after the other, and the run may end between the two.
        """
        self._begin = snapshot if only_reads else transaction
        self._pool = pool
        self._stack = AsyncExitStack()
        self._tx: Tx | None = None

    async def tx(self) -> Tx:
        """The request's transaction."""
        if self._tx is None:
            self._tx = await self._stack.enter_async_context(self._begin(self._pool))
        return self._tx

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)


async def _tx_of(request: Request) -> Tx:
    unit: UnitOfWork = request.state.unit_of_work
    return await unit.tx()


async def _unit_of(request: Request) -> UnitOfWork:
    unit: UnitOfWork = request.state.unit_of_work
    return unit


#: For a route that computes before it writes: it begins its transaction when it has.
InUnit = Annotated[UnitOfWork, Depends(_unit_of)]
#: A route's transaction. It ends when the route function has returned: a route that streams its
#: answer takes connections from `Deps.pool` instead.
InTx = Annotated[Tx, Depends(_tx_of)]
