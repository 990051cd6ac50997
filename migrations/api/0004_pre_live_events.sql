-- What browsers are told as it happens, and the workers that make it happen.

-- Ids are committed in their order (writers take an advisory lock just before the insert), so a
-- reader that asks for "after id 41" misses nothing. Old rows are trimmed.
create table live_events (
    id bigserial primary key,
    type text not null,
    -- The ids of what it is about, and what of it may have changed.
    data jsonb not null,
    at timestamptz not null default now()
);

create index idx_live_events_at on live_events (at);

-- A browser's EventSource sends no headers: it brings one of these instead, once.
create table event_tickets (
    -- SHA-256 of the ticket, so that a copy of this table opens nothing.
    ticket_sha256 bytea primary key,
    user_id bigint not null references users (id) on delete cascade on update cascade,
    expires_at timestamptz not null
);

create table workers (
    name text primary key,
    renderer text not null,
    backend_version text not null,
    device text not null,
    vram_bytes bigint not null,
    models jsonb not null,
    nodes jsonb not null,
    slots integer not null,
    busy_with uuid[] not null,
    draining boolean not null,
    version text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now()
);
