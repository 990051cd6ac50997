-- Scores can be judged again by other limits, and stay explainable when they are.

alter table scores
    -- Every measurement with the default limits, as it was measured: what a later judgement begins
    -- with. Null in rows from before, whose `measurements` stand in for it.
    add column measured jsonb,
    -- The scene type's own limits that it was judged by: measure -> {"warn", "fail"}.
    add column limits jsonb not null default '{}',
    -- Measure -> Artefact: the picture of the frame that decided it.
    add column stills jsonb not null default '{}',
    add column judged_at timestamptz not null default now(),
    -- The request it was last judged again for; a UUIDv7, so the largest is the latest.
    add column rescore_id uuid;

-- What a render was worth before it was judged again, and by which limits.
create table earlier_scores (
    run_id uuid not null,
    segment integer not null,
    render_id uuid not null,
    -- The request that replaced it.
    replaced_by uuid not null,
    score double precision not null check (score between 0 and 1),
    verdict text not null check (verdict in ('pass', 'warn', 'fail')),
    measurements jsonb not null,
    limits jsonb not null,
    judged_at timestamptz not null,

    primary key (run_id, segment, render_id, replaced_by),
    foreign key (run_id, segment, render_id) references scores
);
