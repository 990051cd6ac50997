-- How much memory a workflow needs. It decides who renders, not what: no new version is made of it.

alter table workflows
    -- GB of 1e9 bytes; null: any worker will do.
    add column vram_gb double precision check (vram_gb > 0);

alter table workflow_versions
    -- As it was last said of that version.
    add column vram_gb double precision check (vram_gb > 0);

create or replace function trigger_keep_workflow_version() returns trigger language plpgsql as $$
begin
    insert into workflow_versions
        (workflow_id, version, name, renderer, graph, slots, frame_rule, vram_gb)
    values (new.id, new.version, new.name, new.renderer, new.graph, new.slots, new.frame_rule,
        new.vram_gb)
    on conflict (workflow_id, version) do update set
        name = excluded.name, vram_gb = excluded.vram_gb;
    return new;
end
$$;
