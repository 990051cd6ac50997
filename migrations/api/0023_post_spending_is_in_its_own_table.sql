-- What attempts cost is in gpu_spending, one row each; the sums beside the runs are read no more.

alter table test_shots drop column gpu_seconds_spent;
alter table scene_runs drop column gpu_seconds_spent;
