-- What is needed to tell the latest order from one that came late, a relief from a loss, and how long
-- and how dear a render was before its latest claim.

-- Grows with every order that concerns the worker; 0 for those of an earlier version.
alter table drains add column version bigint not null default 0;

alter table renders
    -- The latest claim took it from a colleague that had only staged it.
    add column relieved boolean not null default false,
    -- Since when its segment has waited for its result, by this clock; null where that is not known.
    add column wanted_at timestamptz,
    -- Seconds of GPU that earlier claims spent on it in vain. `gpu_seconds` is of the latest claim
    -- alone, from when its backend has ended.
    add column lost_gpu_seconds double precision not null default 0 check (lost_gpu_seconds >= 0);
