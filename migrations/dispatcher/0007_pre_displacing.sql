-- Staged renders that give way to a shot; services/dispatcher/.../domain/displacing.py decides.

alter table renders
    -- The waiting run it was asked to give its place to. It goes on if it has begun by then.
    add column displaced_for uuid;

-- A run has at most one render give way to it, whatever the code does.
create unique index renders_displaced_for on renders (displaced_for)
    where displaced_for is not null;
