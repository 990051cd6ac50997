-- Every schema has its own outbox and inbox; libs/common/{outbox,inbox}.py own the statements.

-- Events that are committed but not yet published. A published event's row is deleted, so the table
-- stays as small as the backlog.
create table outbox (
    position bigserial primary key,
    message_id uuid not null unique,
    type text not null,
    routing_key text not null,
    -- Events of one subject are published in the order of position.
    subject text not null,
    traceparent text,
    body jsonb not null,
    occurred_at timestamptz not null
);

-- A queue table is updated far more often than it grows: vacuum by count, not by share.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Messages a consumer has already handled.
create table inbox (
    consumer text not null,
    message_id uuid not null,
    received_at timestamptz not null default now(),
    primary key (consumer, message_id)
);

create index inbox_received_at on inbox (received_at);
