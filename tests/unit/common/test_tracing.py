"""Traces that are off cost nothing, and hand on what others trace."""

import os
import subprocess
import sys

import pytest

from screentest.common.tracing import TraceSettings, current_traceparent, span

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
COLLECTOR = "http://127.0.0.1:4318"


@pytest.mark.parametrize(
    ("environment", "is_on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{COLLECTOR}/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_standard_variables_decide(monkeypatch, environment, is_on):
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert TraceSettings().is_on is is_on


def test_a_service_that_sends_no_traces_imports_nothing_for_them():
    program = (
        "import sys, screentest.common.service, screentest.common.tracing as tracing\n"
        "assert not tracing.start('qa', 'qa-1')\n"
        "with tracing.span('anything', root=True): pass\n"
        "print([m for m in sys.modules if m.startswith(('opentelemetry.sdk', "
        "'opentelemetry.exporter', 'google.protobuf', 'requests'))])"
    )
    unset = {name: text for name, text in os.environ.items() if not name.startswith("OTEL_")}

    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=unset
    )

    assert done.stdout.strip() == "[]"


def test_a_callers_trace_is_handed_on_even_so():
    with span("what we do not tell", parent=PARENT):
        assert current_traceparent.get() == PARENT
        with span("and in it"):
            assert current_traceparent.get() == PARENT
    assert current_traceparent.get() is None


def test_nothing_is_made_up_where_nobody_asked():
    with span("a heartbeat"):
        assert current_traceparent.get() is None
