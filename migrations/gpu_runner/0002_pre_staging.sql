-- Renders that wait staged beside the one that is rendered, and workers that are to take no more.

-- Claimed, its inputs are here, but the backend has not begun: nothing is lost with it, and an idle
-- colleague may have it. False by default, as what earlier versions claim is rendered at once.
alter table renders add column staged boolean not null default false;
-- When the backend began with it.
alter table renders add column started_at timestamptz;

create index renders_staged on renders (renderer) where staged and status = 'rendering';

create table drains (
    worker text primary key,
    -- False lets it take work again.
    draining boolean not null,
    -- Id of the user who wanted it so.
    requested_by bigint not null,
    requested_at timestamptz not null default now()
);
