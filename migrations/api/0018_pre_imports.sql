-- Imports: who made which version, what people change of slots that were found, and finding a graph
-- again whatever its nodes are numbered.

alter table workflows
    -- Who made the present version; null: who made the workflow.
    add column changed_by_id bigint references users (id) on delete set null on update cascade,
    -- Name a slot is found under -> {"is_hidden", "name", "default", "minimum", ...}.
    add column slot_changes jsonb not null default '{}'
        check (jsonb_typeof(slot_changes) = 'object');

create index idx_workflows_changed_by_id on workflows (changed_by_id);
create index idx_workflows_name on workflows (name);

alter table workflow_versions
    -- Null: nobody knows any more.
    add column created_by_id bigint references users (id) on delete set null on update cascade;

create index idx_workflow_versions_created_by_id on workflow_versions (created_by_id);

update workflow_versions v set created_by_id = w.created_by_id
from workflows w where w.id = v.workflow_id and v.version = 1;

create or replace function trigger_keep_workflow_version() returns trigger language plpgsql as $$
begin
    insert into workflow_versions
        (workflow_id, version, name, renderer, graph, slots, frame_rule, vram_gb, created_by_id)
    values (new.id, new.version, new.name, new.renderer, new.graph, new.slots, new.frame_rule,
        new.vram_gb, coalesce(new.changed_by_id, new.created_by_id))
    on conflict (workflow_id, version) do update set
        name = excluded.name, vram_gb = excluded.vram_gb;
    return new;
end
$$;

-- The same for graphs that differ only in numbers, links and values: few have to be compared whole.
create function workflow_classes(graph jsonb) returns text language sql immutable parallel safe as $$
    select md5(string_agg(node.value ->> 'class_type', ' '
        order by (node.value ->> 'class_type') collate "C"))
    from jsonb_each(graph) node
$$;

create index idx_workflows_classes on workflows (workflow_classes(graph));
