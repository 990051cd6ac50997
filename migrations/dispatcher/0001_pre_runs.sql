-- The generation loop: runs and their renders, and the workers that are there to do them.
-- services/dispatcher/.../store/ owns the statements.

-- One execution of a chain. The segment it is at stands in the row itself: locking the row locks
-- everything a decision depends on.
create table runs (
    id uuid primary key,
    kind text not null check (kind in ('test_shot', 'scene')),
    test_shot_id bigint,
    scene_id bigint,
    requested_by bigint not null,
    requested_at timestamptz not null default now(),
    lane text not null check (lane in ('preview', 'production')),
    -- Which workers can render it; the recipe says so too, but queues are read by it.
    renderer text not null,
    recipe jsonb not null,
    first_segment integer not null check (first_segment >= 1),
    last_segment integer not null check (last_segment >= 1),
    planned_segments integer not null check (planned_segments >= 1),
    target_duration_s double precision,
    qa jsonb not null,

    status text not null
        check (status in
            ('waiting', 'released', 'completed', 'failed', 'cancelled', 'halted_by_qa')),
    -- The segment that waits or renders; the last one once the run has ended.
    segment integer not null,
    seed_image jsonb not null,
    -- Renders of `segment` released so far.
    attempts integer not null check (attempts between 0 and 3),
    -- The one render whose result is accepted.
    render_id uuid,
    waiting_since timestamptz not null default now(),
    -- Seconds the scene has before `segment`.
    elapsed_s double precision not null,
    -- Segments this run has rendered, and what all its attempts cost.
    rendered integer not null default 0,
    gpu_seconds double precision not null default 0,
    failure jsonb,
    finished_at timestamptz,

    check ((render_id is not null) = (status = 'released')),
    check ((finished_at is null) = (status in ('waiting', 'released')))
);

-- What a free slot is offered: the oldest of each lane.
create index runs_waiting on runs (renderer, lane, requested_at, id) where status = 'waiting';
-- Slots in use.
create index runs_released on runs (renderer) include (render_id) where status = 'released';
-- Where a promotion looks for runs that go on from it.
create index runs_open_of_scene on runs (scene_id) where status in ('waiting', 'released');

-- Runs that were cancelled before they were heard of.
create table cancelled_runs (
    run_id uuid primary key,
    cancelled_by bigint not null,
    reason text not null,
    cancelled_at timestamptz not null default now()
);

-- One attempt to make one segment.
create table renders (
    id uuid primary key,
    run_id uuid not null references runs (id) on delete cascade,
    segment integer not null,
    attempt integer not null,
    status text not null default 'released'
        check (status in ('released', 'rendered', 'failed', 'cancelled')),
    recipe_hash text not null,
    released_at timestamptz not null default now(),
    ended_at timestamptz,
    worker text,
    -- Spent on it, whether its result was accepted or not.
    gpu_seconds double precision not null default 0,
    failure jsonb,
    -- What qa thinks of it; it may say so before we hear that the render ended.
    score double precision,
    verdict text,
    unique (run_id, segment, attempt)
);

-- Never two live renders of a run, whatever the code does.
create unique index renders_one_live on renders (run_id) where status = 'released';

-- The accepted result of each segment.
create table segments (
    run_id uuid not null references runs (id) on delete cascade,
    index integer not null,
    render_id uuid not null references renders (id) on delete cascade,
    seed_image_sha256 text not null,
    artefacts jsonb not null,
    clip jsonb not null,
    rendered_at timestamptz not null default now(),
    primary key (run_id, index)
);

create table workers (
    name text primary key,
    renderer text not null,
    slots integer not null check (slots >= 0),
    draining boolean not null,
    -- Renders it says it is busy with.
    busy_with uuid[] not null,
    seen_at timestamptz not null default now()
);

-- Read at every release and updated every 5 s.
alter table workers set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Alive: three heartbeats of 5 s were not missed, by this clock and nobody else's.
create view live_workers as
select * from workers where seen_at > statement_timestamp() - interval '15 seconds';

-- Why a run waits. `place` counts from 1 among those that wait for the same renderer, in the order
-- of domain/lanes.py.
create view waiting_runs as
select runs.id as run_id, runs.segment, runs.lane, runs.renderer, runs.waiting_since,
    row_number() over (
        partition by runs.renderer
        order by runs.lane = 'production', runs.requested_at, runs.id) as place,
    case
        when live.workers is null
            then 'no live worker renders with ' || runs.renderer
        when live.slots = 0
            then 'every live worker that renders with ' || runs.renderer || ' is draining'
        else 'every slot that renders with ' || runs.renderer || ' is busy'
    end as reason
from runs
left join (
    select renderer, count(*) as workers,
        coalesce(sum(slots) filter (where not draining), 0) as slots
    from live_workers group by renderer
) as live on live.renderer = runs.renderer
where runs.status = 'waiting';

-- Segment 1 of scenes that a test shot was promoted into.
create table promoted_chains (
    scene_id bigint primary key,
    promotion_id uuid not null unique,
    artefacts jsonb not null,
    clip jsonb not null,
    recipe jsonb not null,
    promoted_at timestamptz not null default now()
);
