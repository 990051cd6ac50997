"""Traces: one shot's whole life as one tree of spans, over all services, by OpenTelemetry.

Off unless the environment says where to send them (OTEL_EXPORTER_OTLP_ENDPOINT and its kin); then
nothing of OpenTelemetry is imported, and a span only hands on what trace a message belongs to.
A span is made for what somebody asked for: work that nobody's request caused starts no trace.
"""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic_settings import BaseSettings, SettingsConfigDict

from screentest.common.settings import from_environment

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

#: W3C trace context of what is being done; the events it causes carry it on.
current_traceparent: ContextVar[str | None] = ContextVar("current_traceparent", default=None)

Kind = Literal["internal", "server", "client", "consumer"]
Attribute = str | int | float | bool

_FLUSH_S = 3.0


class TraceSettings(BaseSettings):
    """The standard variables that decide whether there are traces; the SDK reads the others."""

    model_config = SettingsConfigDict(env_prefix="OTEL_", extra="ignore")

    exporter_otlp_endpoint: str = ""
    exporter_otlp_traces_endpoint: str = ""
    #: "none" sends no traces, whatever the addresses say.
    traces_exporter: str = "otlp"
    sdk_disabled: bool = False

    @property
    def is_on(self) -> bool:
        """Whether traces are wanted."""
        has_address = self.exporter_otlp_endpoint or self.exporter_otlp_traces_endpoint
        return bool(has_address) and not self.sdk_disabled and self.traces_exporter == "otlp"


class Span(Protocol):
    """What may be added to a span while it lasts."""

    def set_attribute(self, key: str, value: Attribute) -> None:
        """Say more about it."""

    def update_name(self, name: str) -> None:
        """Call it something better."""


class _NoSpan:
    def set_attribute(self, key: str, value: Attribute) -> None:
        """Nobody looks."""

    def update_name(self, name: str) -> None:
        """Nobody looks."""


_NO_SPAN = _NoSpan()
#: Set once, by `start`.
_provider: "TracerProvider | None" = None


def start(service: str, replica: str) -> bool:
    """Begin to send spans, if the environment says where to; whether it does."""
    global _provider  # noqa: PLW0603 - a process has one, as it has one set of metrics
    if not from_environment(TraceSettings).is_on:
        return False
    # A fifth of a second, which only those pay who want traces.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create(
        {
            "service.namespace": "screentest",
            "service.name": service,
            "service.instance.id": replica,
            "service.version": version("screentest-common"),
        }
    )
    _provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return True


async def stop() -> None:
    """Send what is left; a collector that does not answer delays the stop by 3 s at most."""
    global _provider
    provider, _provider = _provider, None
    if provider is not None:
        # A thread that nobody waits for: the exporter may go on trying for longer.
        last = threading.Thread(target=provider.shutdown, name="last spans", daemon=True)
        last.start()
        await asyncio.to_thread(last.join, _FLUSH_S)


@contextmanager
def span(
    name: str,
    *,
    kind: Kind = "internal",
    parent: str | None = None,
    root: bool = False,
    attributes: Mapping[str, Attribute | None] | None = None,
) -> Iterator[Span]:
    """A span around the block, and the trace of all that the block says.

    Args:
        name: what is done, in a few words that are always the same.
        kind: as OpenTelemetry has it.
        parent: W3C trace context of what caused it; None for what is being done here.
        root: begins a trace where nothing caused it. Without it, such a block has no span.
        attributes: facts; those that are None are left out.

    """
    parent = parent or current_traceparent.get()
    if _provider is None or not (parent or root):
        token = current_traceparent.set(parent)
        try:
            yield _NO_SPAN
        finally:
            current_traceparent.reset(token)
        return
    facts = {key: value for key, value in (attributes or {}).items() if value is not None}
    with _recorded(_provider, name, kind, parent, facts) as made:
        token = current_traceparent.set(_traceparent(made))
        try:
            yield made
        finally:
            current_traceparent.reset(token)


@contextmanager
def _recorded(
    provider: "TracerProvider",
    name: str,
    kind: Kind,
    parent: str | None,
    attributes: Mapping[str, Attribute],
) -> Iterator[Any]:
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanKind, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {"traceparent": parent} if parent else {}
    # Never OpenTelemetry's own current context: whose task this is decides nothing.
    context = TraceContextTextMapPropagator().extract(carrier, Context())
    made = provider.get_tracer("screentest").start_span(
        name, context, SpanKind[kind.upper()], attributes
    )
    try:
        yield made
    except Exception as error:
        made.record_exception(error)
        made.set_status(StatusCode.ERROR, f"{type(error).__name__}: {error}")
        raise
    finally:
        made.end()


def _traceparent(made: Any) -> str:
    context = made.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
