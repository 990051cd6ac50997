-- Reuse of identical renders; services/dispatcher/.../store/reuse.py owns the statements.

alter table runs
    -- Wants a render of its own, whatever there is.
    add column fresh boolean not null default false,
    -- What an identical render of `segment` would have as well; null when it cannot be filled in.
    add column reuse_key text,
    -- domain/reuse.py says what these mean.
    add column reuse text not null default 'new'
        check (reuse in ('new', 'open', 'check', 'shares', 'declined')),
    add column shares_render_id uuid,
    add column held_since timestamptz not null default now(),
    -- Not released to a worker: it is being decided about, or takes the render of another run.
    add column held boolean generated always as (reuse in ('new', 'check', 'shares')) stored,
    add constraint runs_share_a_render check ((reuse = 'shares') = (shares_render_id is not null));

create index runs_held on runs (reuse) where status = 'waiting' and held;
create index runs_waiting_for_recipe on runs (reuse_key)
    where status = 'waiting' and not held and not fresh;
create index runs_sharing on runs (shares_render_id) where reuse = 'shares';

alter table renders
    add column reuse_key text,
    add column fresh boolean not null default false,
    -- Nobody rendered it: the files of an identical render were taken.
    add column reused boolean not null default false;

-- Never two live renders of one recipe, whatever the code does, unless somebody asked for it.
create unique index renders_one_live_of_recipe on renders (reuse_key)
    where status = 'released' and not fresh;
create index renders_live_of_recipe on renders (reuse_key) where status = 'released';

-- The latest finished render of each recipe whose files were still there when last looked at.
create table reusable_renders (
    reuse_key text primary key,
    render_id uuid not null references renders (id) on delete cascade,
    -- The SegmentRendered that said so.
    said jsonb not null,
    rendered_at timestamptz not null default now()
);

create index reusable_renders_render_id on reusable_renders (render_id);
