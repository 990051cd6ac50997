-- When renders will end, and all that has not ended without a look at what has.

alter table renders
    -- When `worker` was first heard to render it; what was staged before that cost no GPU.
    add column begun_at timestamptz;

create index runs_open on runs (status) where finished_at is null;
