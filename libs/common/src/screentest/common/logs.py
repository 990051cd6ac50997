"""Structured logs: constant snake_case event names, facts as keys, context bound once a message."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from screentest.common.tracing import current_traceparent


def configure_logs(
    service: str, *, style: Literal["console", "json"] = "console", level: str = "INFO"
) -> None:
    """Send structlog and the standard library's loggers to standard error in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_trace_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Processor] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Their INFO lines repeat every frame and request; ours say what matters of them.
    for noisy in ("faststream", "httpx", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # They report every lost connection as an error, also where we go on trying and say so.
    for noisy in ("aio_pika", "aiormq"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    structlog.contextvars.bind_contextvars(service=service)


def _add_trace_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Say which trace a line belongs to, where it belongs to one: 00-TRACE-SPAN-FLAGS."""
    traceparent = current_traceparent.get()
    if traceparent is not None:
        event["trace_id"] = traceparent[3:35]
    return event


def get_logger() -> FilteringBoundLogger:
    """A logger that carries whatever context is bound when it is used."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger
