-- How segments end, and what a run may await between two of them.

alter table runs
    add column boundary jsonb not null default '{}',
    add column tolerance_s double precision not null default 0 check (tolerance_s >= 0),
    -- Which numbers of frames the workflow can make; null: any.
    add column frame_rule jsonb,
    add column follows_promotion boolean not null default true,
    -- The rendered segment it goes on from once it has a verdict, or a frame.
    add column held_segment jsonb,
    -- By a halt: planned segments left, times what the last one cost.
    add column gpu_seconds_saved double precision not null default 0,
    alter column attempts set default 0,
    drop constraint runs_status_check,
    add constraint runs_status_check check (
        status in ('waiting', 'released', 'awaiting_qa', 'awaiting_frame',
                   'completed', 'failed', 'cancelled', 'halted_by_qa')),
    -- The constraint on finished_at as 0001 named it: the second of the two without a column's name.
    drop constraint runs_check1,
    add constraint runs_finished check (
        (finished_at is null)
        = (status in ('waiting', 'released', 'awaiting_qa', 'awaiting_frame'))),
    add constraint runs_hold_what_they_await check (
        (held_segment is not null) = (status in ('awaiting_qa', 'awaiting_frame')));
