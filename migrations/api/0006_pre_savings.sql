-- GPU seconds that did not have to be spent, one row a cause. Rows outlive the shots and scenes they
-- are about: what was saved stays saved. services/api/.../store/savings.py owns the statements.
create table savings (
    kind text not null check (kind in ('reuse', 'promotion', 'halt')),
    -- The render that was reused, the promotion, or the run that was halted.
    cause uuid not null,
    gpu_seconds double precision not null check (gpu_seconds >= 0),
    saved_at timestamptz not null default now(),

    primary key (kind, cause)
);

create index idx_savings_saved_at on savings (saved_at) include (kind, gpu_seconds);
