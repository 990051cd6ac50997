-- Where the seconds of GPU went over time: by lane, and what was spent in vain, for what reason.

alter table run_costs
    add column lane text not null default 'preview' check (lane in ('preview', 'production'));

update run_costs c set lane = 'production'
where exists (select from scene_runs r where r.run_id = c.run_id);

alter table gpu_spending
    -- Why the attempt failed; null: it did not, or it was before this was kept.
    add column failure_code text;

create index idx_gpu_spending_failures on gpu_spending (at) where failure_code is not null;
create index idx_render_samples_at on render_samples (at);
