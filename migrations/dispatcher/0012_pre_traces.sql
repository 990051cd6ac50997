-- W3C trace context of the request for a run: it is released, or served, long after it was heard.
alter table runs add column traceparent text;
