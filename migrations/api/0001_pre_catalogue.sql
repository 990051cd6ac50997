-- People, and the catalogue they make shots from: characters, workflows, scene types, scenes.

create function trigger_set_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at = now();
    return new;
end
$$;

create table users (
    id bigserial primary key,
    name text not null unique,
    role text not null check (role in ('viewer', 'creator', 'admin')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create trigger set_updated_at before update on users
    for each row execute function trigger_set_updated_at();

create table api_keys (
    id bigserial primary key,
    user_id bigint not null references users (id) on delete cascade on update cascade,
    -- What the key is found by and called; the secret itself is never stored.
    prefix text not null unique,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);

create index idx_api_keys_user_id on api_keys (user_id);

create table characters (
    id bigserial primary key,
    name text not null,
    -- Fills the placeholders of prompt templates.
    metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create trigger set_updated_at before update on characters
    for each row execute function trigger_set_updated_at();

create table source_images (
    id bigserial primary key,
    character_id bigint not null references characters (id) on delete cascade on update cascade,
    key text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes > 0),
    media_type text not null,
    -- As a person sees the picture, the camera's orientation tag applied.
    width integer not null check (width > 0),
    height integer not null check (height > 0),
    -- EXIF value 1 to 8; the stored bytes are as uploaded.
    orientation smallint not null default 1 check (orientation between 1 and 8),
    -- The one that seeds segment 1 unless another is asked for.
    is_primary boolean not null default false,
    created_at timestamptz not null default now(),
    unique (character_id, sha256)
);

create unique index idx_source_images_one_primary on source_images (character_id) where is_primary;
create index idx_source_images_key on source_images (key);

create table workflows (
    id bigserial primary key,
    name text not null,
    renderer text not null default 'comfyui' check (renderer in ('comfyui', 'builtin')),
    graph jsonb not null check (jsonb_typeof(graph) = 'object'),
    slots jsonb not null check (jsonb_typeof(slots) = 'array'),
    -- Grows with every change of graph, slots or renderer.
    version integer not null default 1 check (version > 0),
    created_by_id bigint references users (id) on delete set null on update cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create index idx_workflows_renderer on workflows (renderer);
create index idx_workflows_created_by_id on workflows (created_by_id);
create trigger set_updated_at before update on workflows
    for each row execute function trigger_set_updated_at();

create table scene_types (
    id bigserial primary key,
    name text not null,
    workflow_id bigint not null references workflows (id) on delete restrict on update cascade,
    -- {start, continuation, full}: templates, placeholders not yet resolved.
    prompts jsonb not null default '{}' check (jsonb_typeof(prompts) = 'object'),
    negative_prompt text not null default '',
    loras jsonb not null default '[]' check (jsonb_typeof(loras) = 'array'),
    slot_values jsonb not null default '{}' check (jsonb_typeof(slot_values) = 'object'),
    target_duration_s double precision not null check (target_duration_s > 0),
    segment_duration_s double precision not null check (segment_duration_s > 0),
    qa jsonb not null default '{}' check (jsonb_typeof(qa) = 'object'),
    -- Null: a new random seed for every run.
    seed bigint check (seed >= 0),
    created_by_id bigint references users (id) on delete set null on update cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create index idx_scene_types_workflow_id on scene_types (workflow_id);
create index idx_scene_types_created_by_id on scene_types (created_by_id);
create trigger set_updated_at before update on scene_types
    for each row execute function trigger_set_updated_at();

create table scenes (
    id bigserial primary key,
    name text not null,
    -- A scene holds paid GPU minutes: it is deleted by its own name, never along with something.
    scene_type_id bigint not null references scene_types (id) on delete restrict on update cascade,
    character_id bigint not null references characters (id) on delete restrict on update cascade,
    -- Null: the character's primary image.
    source_image_id bigint references source_images (id) on delete set null on update cascade,
    status text not null default 'draft'
        check (status in ('draft', 'generating', 'completed', 'failed', 'cancelled', 'halted_by_qa')),
    created_by_id bigint references users (id) on delete set null on update cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create index idx_scenes_scene_type_id on scenes (scene_type_id);
create index idx_scenes_character_id on scenes (character_id);
create index idx_scenes_source_image_id on scenes (source_image_id);
create index idx_scenes_status on scenes (status);
create index idx_scenes_created_by_id on scenes (created_by_id);
create trigger set_updated_at before update on scenes
    for each row execute function trigger_set_updated_at();

-- Answers to requests that carried an Idempotency-Key, kept for a day.
create table idempotency_keys (
    user_id bigint not null references users (id) on delete cascade on update cascade,
    key text not null,
    -- SHA-256 of method, path, query and body.
    fingerprint text not null,
    -- Null only inside the transaction that is still making the answer.
    status smallint,
    headers jsonb not null default '{}',
    -- Null when the answer holds a secret that must not be kept.
    body bytea,
    created_at timestamptz not null default now(),
    primary key (user_id, key)
);

create index idx_idempotency_keys_created_at on idempotency_keys (created_at);
