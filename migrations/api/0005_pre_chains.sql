-- How the segments of a chain end, what its runs await, and which segments are out of date.

alter table workflows
    -- {step, offset}: 4n+1 for some models, 8n+1 for others; null: any number of frames.
    add column frame_rule jsonb check (jsonb_typeof(frame_rule) = 'object');

alter table scene_types
    -- {mode, window}
    add column boundary jsonb not null default '{}' check (jsonb_typeof(boundary) = 'object'),
    -- How far from target_duration_s a scene may end.
    add column duration_tolerance_s double precision not null default 0
        check (duration_tolerance_s >= 0);

alter table scene_runs
    -- What the run was asked; by these the api knows what it awaits, as the dispatcher does.
    add column boundary jsonb not null default '{}',
    add column qa_mode text not null default 'advice' check (qa_mode in ('advice', 'halt')),
    add column target_duration_s double precision,
    add column tolerance_s double precision not null default 0,
    -- By a halt: planned segments left, times what the last one cost.
    add column gpu_seconds_saved double precision not null default 0,
    drop constraint scene_runs_status_check,
    add constraint scene_runs_status_check check (
        status in ('waiting', 'rendering', 'awaiting_qa', 'awaiting_frame',
                   'completed', 'failed', 'cancelled', 'halted_by_qa')),
    drop constraint scene_runs_check1,
    add constraint scene_runs_finished check (
        (finished_at is null)
        = (status in ('waiting', 'rendering', 'awaiting_qa', 'awaiting_frame')));

drop index one_live_run_per_scene;
create unique index one_live_run_per_scene on scene_runs (scene_id) where finished_at is null;

alter table scene_segments
    -- The run that makes it anew: it is out of date, and kept until it is replaced.
    add column stale_by uuid,
    add column trimmed_frames integer not null default 0 check (trimmed_frames >= 0);
