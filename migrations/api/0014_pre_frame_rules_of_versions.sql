-- Versions of a workflow keep their frame rule: an old one may be asked for, and a chain goes on with
-- the one it was begun with.

alter table workflow_versions
    add column frame_rule jsonb check (jsonb_typeof(frame_rule) = 'object');

-- Until now a rule was changed without a new version: the present one held for all of them.
update workflow_versions v set frame_rule = w.frame_rule
from workflows w where w.id = v.workflow_id and w.frame_rule is not null;

create or replace function trigger_keep_workflow_version() returns trigger language plpgsql as $$
begin
    insert into workflow_versions (workflow_id, version, name, renderer, graph, slots, frame_rule)
    values (new.id, new.version, new.name, new.renderer, new.graph, new.slots, new.frame_rule)
    on conflict (workflow_id, version) do update set name = excluded.name;
    return new;
end
$$;
