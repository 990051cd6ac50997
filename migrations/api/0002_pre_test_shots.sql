-- Test shots, their batches and promotions. Columns `id` to `updated_at` of test_shots are the ones
-- the task list names; the rest is what the pipeline and the gallery need.

create table batches (
    id bigserial primary key,
    name text not null default '',
    scene_type_id bigint not null references scene_types (id) on delete cascade on update cascade,
    -- Test shots asked for; fewer rows may be left once some are deleted.
    cells integer not null check (cells > 0),
    created_by_id bigint not null references users (id) on delete cascade on update cascade,
    created_at timestamptz not null default now()
);

create index idx_batches_scene_type_id on batches (scene_type_id);
create index idx_batches_created_by_id on batches (created_by_id);

create table test_shots (
    id bigserial primary key,
    scene_type_id bigint not null references scene_types (id) on delete cascade on update cascade,
    character_id bigint not null references characters (id) on delete cascade on update cascade,
    workflow_id bigint references workflows (id) on delete set null on update cascade,
    -- Everything a person needs to see, compare or repeat the shot.
    parameters jsonb not null,
    seed_image_path text not null,
    output_video_path text,
    last_frame_path text,
    duration_secs double precision,
    quality_score double precision,
    is_promoted boolean not null default false,
    promoted_to_scene_id bigint references scenes (id) on delete set null on update cascade,
    created_by_id bigint not null references users (id) on delete cascade on update cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    run_id uuid not null unique,
    -- The scene it was asked for from, if any.
    scene_id bigint references scenes (id) on delete set null on update cascade,
    batch_id bigint references batches (id) on delete set null on update cascade,
    -- Name of the variation it is a cell of.
    label text not null default '',
    status text not null default 'waiting'
        check (status in ('waiting', 'rendering', 'rendered', 'scored', 'failed', 'cancelled')),
    -- With what a scene goes on after a promotion: the RunRecipe, its graph included.
    recipe jsonb not null,
    -- Of segment 1; known when asked for, and confirmed by the render.
    recipe_hash text not null check (recipe_hash ~ '^[0-9a-f]{64}$'),
    -- The render whose files are kept, and which attempt it was.
    render_id uuid,
    attempt integer,
    -- SegmentArtefacts and ClipFacts of that render.
    artefacts jsonb,
    clip jsonb,
    poster_path text,
    worker text,
    reused boolean not null default false,
    -- Of the render that is kept.
    gpu_seconds double precision,
    -- Of all attempts, failed ones included.
    gpu_seconds_spent double precision,
    verdict text check (verdict in ('pass', 'warn', 'fail', 'not_measured')),
    -- QAScored as heard.
    qa jsonb,
    -- {"code", "message", "attempt", "retryable"}: why the last attempt, or the run, failed.
    failure jsonb,
    -- All prompt texts of the shot, for the text search.
    prompt_text text not null default '',
    -- 'simple' stems nothing, so that what is typed is what is found, in any language. Everything
    -- but letters and digits separates words, here and in the query.
    prompt_words tsvector generated always as (
        to_tsvector('simple', regexp_replace(prompt_text, '\W+', ' ', 'g'))
    ) stored,
    cancel_requested_at timestamptz,
    started_at timestamptz,
    rendered_at timestamptz,
    finished_at timestamptz,

    check ((status in ('scored', 'failed', 'cancelled')) = (finished_at is not null)),
    check (status not in ('rendered', 'scored') or artefacts is not null),
    check (status <> 'scored' or qa is not null),
    check (promoted_to_scene_id is null or is_promoted)
);

create index idx_test_shots_scene_type_id on test_shots (scene_type_id);
create index idx_test_shots_character_id on test_shots (character_id);
create index idx_test_shots_created_by_id on test_shots (created_by_id);
create index idx_test_shots_workflow_id on test_shots (workflow_id);
create index idx_test_shots_scene_id on test_shots (scene_id);
create index idx_test_shots_batch_id on test_shots (batch_id);
create index idx_test_shots_promoted_to_scene_id on test_shots (promoted_to_scene_id);
-- The gallery's orders; each ends with the id, by which a page goes on after equal values.
create index idx_test_shots_created_at on test_shots (created_at, id);
create index idx_test_shots_quality_score on test_shots (quality_score, id);
create index idx_test_shots_prompt_words on test_shots using gin (prompt_words);

create trigger set_updated_at before update on test_shots
    for each row execute function trigger_set_updated_at();

create table promotions (
    id uuid primary key,
    test_shot_id bigint not null references test_shots (id) on delete cascade on update cascade,
    scene_id bigint not null references scenes (id) on delete cascade on update cascade,
    status text not null default 'requested' check (status in ('requested', 'done', 'rejected')),
    requested_by_id bigint not null references users (id) on delete cascade on update cascade,
    -- Why it was rejected.
    code text,
    message text,
    sha256_before text,
    sha256_after text,
    gpu_seconds_saved double precision,
    -- How long the copy and its proof took.
    seconds double precision,
    created_at timestamptz not null default now(),
    finished_at timestamptz,

    check ((status = 'requested') = (finished_at is null))
);

create index idx_promotions_test_shot_id on promotions (test_shot_id);
create index idx_promotions_scene_id on promotions (scene_id);
-- A shot is promoted once, and a scene has one segment 001. The guards say so kindly; these make it
-- true whatever the guards do. A rejected promotion leaves room for another try.
create unique index one_live_promotion_per_test_shot on promotions (test_shot_id)
    where status <> 'rejected';
create unique index one_live_promotion_per_scene on promotions (scene_id)
    where status <> 'rejected';
