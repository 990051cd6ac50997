-- What is spent, by whom, and what becomes of what waits once a budget is spent.

-- A render is paid for once: by the run that began it, or by the one that got it when that gave it
-- up. Attempt 0 carries the id of its run.
alter table gpu_spending drop constraint gpu_spending_pkey;
alter table gpu_spending add primary key (render_id);
create index idx_gpu_spending_run_id on gpu_spending (run_id);

-- What a shot or a run of a scene has spent is the sum of these rows from now on. Those that ended
-- before there were any have none.
insert into gpu_spending (run_id, render_id, attempt, user_id, gpu_seconds, at)
select run_id, run_id, 0, created_by_id, gpu_seconds_spent, coalesce(finished_at, created_at)
from test_shots s
where gpu_seconds_spent > 0 and not exists (select from gpu_spending g where g.run_id = s.run_id)
union all
select run_id, run_id, 0, requested_by_id, gpu_seconds_spent, coalesce(finished_at, created_at)
from scene_runs r
where gpu_seconds_spent > 0 and not exists (select from gpu_spending g where g.run_id = r.run_id);

-- Segments that are expected to cost nothing, because their recipe is rendered or under way; 0 once
-- anything is heard of the run.
alter table run_costs
    add column shared integer not null default 0 check (shared >= 0),
    -- A chain may turn out to be long enough already.
    drop constraint run_costs_segments_check,
    add constraint run_costs_segments_check check (segments >= 0);

-- What was said to the dispatcher of each budget, newest. Rows outlive budgets and users: a version
-- is never used twice, and what was held is let go.
create table budget_holds (
    -- 0: everybody's.
    user_id bigint primary key,
    -- Of the last QueueControlled that was said of it.
    version integer not null,
    -- Why what waits is held; null: it is not.
    reason text
);
