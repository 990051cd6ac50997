-- Named sets of what a test shot changes of its scene type, for everybody who makes test shots of it.

create table presets (
    id bigserial primary key,
    scene_type_id bigint not null references scene_types (id) on delete cascade on update cascade,
    name text not null,
    -- As a request for a test shot has them: values, loras, seed, prompts, negative_prompt.
    overrides jsonb not null check (jsonb_typeof(overrides) = 'object'),
    created_by_id bigint references users (id) on delete set null on update cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    unique (scene_type_id, name)
);

create index idx_presets_created_by_id on presets (created_by_id);
create trigger set_updated_at before update on presets
    for each row execute function trigger_set_updated_at();
