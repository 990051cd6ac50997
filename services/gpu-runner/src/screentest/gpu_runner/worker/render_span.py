"""The span of a render: one for every claim of it, in the trace of its request."""

from contextlib import AbstractContextManager

from screentest.common.recipes import Renderer
from screentest.common.tracing import Span, span
from screentest.gpu_runner.domain import Claim


def render_span(claim: Claim, renderer: Renderer) -> AbstractContextManager[Span]:
    """A span that says which render it is, and who renders it."""
    request = claim.request
    return span(
        "render",
        parent=claim.traceparent,
        attributes={
            "screentest.run_id": str(request.run_id),
            "screentest.segment": request.segment,
            "screentest.render_id": str(request.render_id),
            "screentest.attempt": request.attempt,
            "screentest.token": claim.lease.token,
            "screentest.worker": claim.lease.owner,
            "screentest.renderer": renderer,
        },
    )
