-- What becomes of a scene: the recipe of its chain, its runs and its segments.

-- The recipe a scene's chain was begun with; every later segment keeps to it, whatever becomes of
-- the scene type meanwhile. Replaced while the scene has no segment.
create table scene_recipes (
    scene_id bigint primary key references scenes (id) on delete cascade on update cascade,
    recipe jsonb not null,
    parameters jsonb not null,
    recipe_hash text not null,
    -- The promoted shot it came from, if it came from one.
    test_shot_id bigint references test_shots (id) on delete set null on update cascade,
    created_at timestamptz not null default now()
);

create table scene_runs (
    run_id uuid primary key,
    scene_id bigint not null references scenes (id) on delete cascade on update cascade,
    first_segment integer not null check (first_segment >= 1),
    last_segment integer not null,
    -- How many segments the whole scene was planned to have.
    planned_segments integer not null,
    status text not null default 'waiting' check (
        status in ('waiting', 'rendering', 'completed', 'failed', 'cancelled', 'halted_by_qa')),
    requested_by_id bigint not null references users (id) on delete cascade on update cascade,
    failure jsonb,
    -- Of all attempts of all its segments, once it has ended.
    gpu_seconds_spent double precision,
    cancel_requested_at timestamptz,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,

    check (last_segment >= first_segment),
    check ((status in ('waiting', 'rendering')) = (finished_at is null))
);

create index idx_scene_runs_scene_id on scene_runs (scene_id, created_at);
create unique index one_live_run_per_scene on scene_runs (scene_id)
    where status in ('waiting', 'rendering');

-- Segments that are rendered; those that are not yet have no row.
create table scene_segments (
    scene_id bigint not null references scenes (id) on delete cascade on update cascade,
    index integer not null check (index >= 1),
    -- The run that made it, or the test shot it was promoted from.
    source text not null check (source in ('run', 'promotion')),
    run_id uuid,
    test_shot_id bigint references test_shots (id) on delete set null on update cascade,
    artefacts jsonb not null,
    clip jsonb not null,
    render_id uuid,
    recipe_hash text not null,
    seed_image_sha256 text not null,
    worker text,
    -- Paid by this scene: 0 after a promotion.
    gpu_seconds double precision not null,
    quality_score double precision,
    verdict text check (verdict in ('pass', 'warn', 'fail', 'not_measured')),
    qa jsonb,
    rendered_at timestamptz not null default now(),

    primary key (scene_id, index)
);

create index idx_scene_segments_test_shot_id on scene_segments (test_shot_id);

-- Scores heard before the render they are of; taken from here when it arrives.
create table parked_scores (
    render_id uuid primary key,
    qa jsonb not null,
    parked_at timestamptz not null default now()
);
