-- What renders cost: what they took, what is reserved for those to come, and how much may be spent.

-- Everybody's share of a lane, relative to others'.
alter table users add column weight double precision not null default 1
    check (weight > 0 and weight <= 100);

-- Where the seconds of the render that is kept went (RenderTimings as heard).
alter table test_shots add column timings jsonb;
alter table scene_segments add column timings jsonb;

-- One row a run: what it was expected to cost, and what decides that. It outlives the shot or scene,
-- whose seconds are spent all the same. No foreign key to workflows for the same reason.
create table run_costs (
    run_id uuid primary key,
    user_id bigint references users (id) on delete set null on update cascade,
    workflow_id bigint not null,
    workflow_version integer not null,
    -- 0 where the workflow has no such slot, so that equal shapes are equal.
    width integer not null,
    height integer not null,
    frames integer not null,
    steps integer not null,
    -- Segments asked for, and those that have come.
    segments integer not null check (segments >= 1),
    rendered integer not null default 0 check (rendered >= 0),
    -- What was known when it was asked for (Estimate), and the median of it; null: no estimate.
    estimate jsonb,
    estimate_s double precision check (estimate_s >= 0),
    created_at timestamptz not null default now(),
    ended_at timestamptz
);

create index idx_run_costs_user_id on run_costs (user_id);
-- What is reserved is the sum over the runs that have not ended.
create index idx_run_costs_open on run_costs (user_id) where ended_at is null;

-- Seconds of GPU that were spent, by attempt. Attempt 0 is what a run cost beyond the attempts that
-- were heard of, as its end tells: a render that was cancelled says nothing else.
create table gpu_spending (
    run_id uuid not null,
    render_id uuid not null,
    attempt integer not null check (attempt >= 0),
    user_id bigint references users (id) on delete set null on update cascade,
    gpu_seconds double precision not null check (gpu_seconds >= 0),
    at timestamptz not null default now(),

    primary key (run_id, render_id, attempt)
);

create index idx_gpu_spending_user_id on gpu_spending (user_id, at);
create index idx_gpu_spending_at on gpu_spending (at);

-- Renders estimates are learned from: accepted, and not reused.
create table render_samples (
    render_id uuid primary key,
    workflow_id bigint not null,
    workflow_version integer not null,
    width integer not null,
    height integer not null,
    frames integer not null,
    steps integer not null,
    worker_class text not null,
    gpu_seconds double precision not null check (gpu_seconds >= 0),
    queue_s double precision,
    load_s double precision,
    render_s double precision,
    store_s double precision,
    qa_s double precision,
    at timestamptz not null default now()
);

-- The newest of a shape, and of a workflow version in any shape.
create index idx_render_samples_shape on render_samples
    (workflow_id, workflow_version, width, height, frames, steps, at desc);
create index idx_render_samples_workflow on render_samples (workflow_id, workflow_version, at desc);

-- Seconds of GPU a UTC day; the row without a user is everybody's together. Requests lock the rows
-- that bind them, so that two of them cannot spend the same seconds.
create table budgets (
    id bigserial primary key,
    user_id bigint unique references users (id) on delete cascade on update cascade,
    gpu_seconds_per_day double precision not null check (gpu_seconds_per_day >= 0),
    -- What a segment without an estimate is counted with while it is to come.
    unknown_render_s double precision not null check (unknown_render_s >= 0),
    set_by_id bigint references users (id) on delete set null on update cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create unique index one_global_budget on budgets ((user_id is null)) where user_id is null;
create trigger set_updated_at before update on budgets
    for each row execute function trigger_set_updated_at();
