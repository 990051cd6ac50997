-- Sweeps: batches as grids that can be run again and controlled; A/B comparisons; lanes; the audit.

-- Every version a workflow ever had: a sweep may compare them, and a batch may be run again with
-- the one it was asked with.
create table workflow_versions (
    workflow_id bigint not null references workflows (id) on delete cascade on update cascade,
    version integer not null check (version > 0),
    name text not null,
    renderer text not null,
    graph jsonb not null,
    slots jsonb not null,
    created_at timestamptz not null default now(),
    primary key (workflow_id, version)
);

insert into workflow_versions (workflow_id, version, name, renderer, graph, slots, created_at)
select id, version, name, renderer, graph, slots, updated_at from workflows;

create function trigger_keep_workflow_version() returns trigger language plpgsql as $$
begin
    insert into workflow_versions (workflow_id, version, name, renderer, graph, slots)
    values (new.id, new.version, new.name, new.renderer, new.graph, new.slots)
    on conflict (workflow_id, version) do update set name = excluded.name;
    return new;
end
$$;

create trigger keep_workflow_version after insert or update on workflows
    for each row execute function trigger_keep_workflow_version();

alter table batches
    -- The request, and the catalogue rows it was planned with; null for batches made before this.
    add column asked jsonb,
    add column sources jsonb,
    -- Of the cells that asked for none; what each random one is derived from.
    add column seed bigint,
    -- [{"name", "kind", "labels"}]: what the cells are laid out along.
    add column axes jsonb not null default '[]',
    add column priority integer not null default 0,
    add column paused_at timestamptz,
    -- Version of the last QueueControlled that was said of it.
    add column control_version integer not null default 0,
    add column updated_at timestamptz not null default now();

create trigger set_updated_at before update on batches
    for each row execute function trigger_set_updated_at();

create table batch_cells (
    batch_id bigint not null references batches (id) on delete cascade on update cascade,
    index integer not null check (index >= 0),
    -- One position for every axis; null where the cell is a baseline and varies nothing.
    at jsonb not null check (jsonb_typeof(at) = 'array'),
    character_id bigint not null references characters (id) on delete cascade on update cascade,
    label text not null,
    -- Parameter -> value: what the axes set for this cell.
    differs jsonb not null default '{}' check (jsonb_typeof(differs) = 'object'),
    -- As planned.
    recipe_hash text not null,
    -- The latest test shot of the cell; null once that was deleted.
    test_shot_id bigint references test_shots (id) on delete set null on update cascade,
    -- The shot was scored before the cell asked for it: nothing was rendered.
    is_linked boolean not null default false,
    primary key (batch_id, index)
);

create index idx_batch_cells_test_shot_id on batch_cells (test_shot_id);
create index idx_batch_cells_character_id on batch_cells (character_id);

-- Batches made before there were axes are one row of cells.
insert into batch_cells (batch_id, index, at, character_id, label, recipe_hash, test_shot_id)
select batch_id, place, jsonb_build_array(place), character_id, label, recipe_hash, id
from (
    select *, row_number() over (partition by batch_id order by id) - 1 as place
    from test_shots where batch_id is not null) s;

update batches b set
    cells = greatest(found.cells, 1),
    axes = jsonb_build_array(
        jsonb_build_object('name', 'cell', 'kind', 'variation', 'labels', found.labels))
from (
    select b.id, count(s.id) as cells,
        coalesce(jsonb_agg(c.name || case s.label when '' then '' else ' · ' || s.label end
            order by s.id) filter (where s.id is not null), '[]') as labels
    from batches b
    left join test_shots s on s.batch_id = b.id
    left join characters c on c.id = s.character_id
    group by b.id) found
where found.id = b.id;

-- "Is there a scored shot of this recipe?"
create index idx_test_shots_scored_recipe_hash on test_shots (recipe_hash) where status = 'scored';

create table comparisons (
    id bigserial primary key,
    name text not null default '',
    a_shot_id bigint references test_shots (id) on delete set null on update cascade,
    b_shot_id bigint references test_shots (id) on delete set null on update cascade,
    -- [{"name", "a", "b"}]: the parameters that differ.
    differs jsonb not null check (jsonb_typeof(differs) = 'array'),
    created_by_id bigint not null references users (id) on delete cascade on update cascade,
    created_at timestamptz not null default now()
);

create index idx_comparisons_a_shot_id on comparisons (a_shot_id);
create index idx_comparisons_b_shot_id on comparisons (b_shot_id);
create index idx_comparisons_created_by_id on comparisons (created_by_id);

create table lanes (
    lane text primary key check (lane in ('preview', 'production')),
    paused_at timestamptz,
    -- Version of the last QueueControlled that was said of it.
    control_version integer not null default 0,
    changed_by_id bigint references users (id) on delete set null on update cascade,
    changed_at timestamptz
);

create index idx_lanes_changed_by_id on lanes (changed_by_id);
insert into lanes (lane) values ('preview'), ('production');

-- What was asked of a worker; `draining` is what it reported.
alter table workers add column drain_requested boolean not null default false;

-- Who did what when. It outlives everybody and everything it names: no foreign keys.
create table audit (
    id bigserial primary key,
    at timestamptz not null default now(),
    -- Null: the command line.
    by_id bigint,
    by_name text not null,
    -- Noun and what was done to it: batch.paused.
    action text not null,
    subject text not null,
    subject_id text not null,
    before jsonb,
    after jsonb
);

create index idx_audit_by_id on audit (by_id, id);
create index idx_audit_action on audit (action, id);
create index idx_audit_subject on audit (subject, subject_id, id);
