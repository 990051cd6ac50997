-- What waits is held while a budget is spent; a render that its run gave up is paid by who gets it.

alter table runs
    drop constraint runs_paused_by_check,
    -- It or its batch was paused by a person, or the budget of its user, or everybody's, is spent.
    add constraint runs_paused_by_check check (paused_by in ('run', 'batch', 'budget'));

-- `subject` may also be user/7 or everybody: a budget, with the sentence people are told.
alter table controls add column reason text not null default '';

alter table reusable_renders
    -- No run has it yet: the one that began it had ended. The first to take it pays for it.
    add column is_unpaid boolean not null default false;
