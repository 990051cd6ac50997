-- Every render a worker has heard of. services/gpu-runner/.../store.py owns the statements.
create table renders (
    render_id uuid primary key,
    run_id uuid not null,
    -- The RenderRequested event. Null in a tombstone: cancelled before the request arrived.
    request jsonb,
    renderer text,
    traceparent text,
    status text not null check (status in ('rendering', 'rendered', 'failed', 'cancelled')),
    -- Who renders it, or did last, and the fencing token of that claim.
    worker text not null default '',
    token bigint not null default 0,
    claimed_at timestamptz not null default now(),
    -- The worker was told to stop and gave it up in order; nobody died of it.
    handed_back boolean not null default false,
    -- Workers that died over it.
    lost_workers integer not null default 0,
    ended_at timestamptz,
    -- Why it failed.
    code text,
    gpu_seconds double precision,
    check ((status = 'rendering') = (ended_at is null)),
    check (request is not null or status = 'cancelled')
);
