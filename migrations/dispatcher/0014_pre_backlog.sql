-- What there is to render now, for whoever starts and stops workers (KEDA). It keeps its columns
-- while the tables behind it change. Paused work and work that takes an identical render need nobody.

create view backlog as
select renderer, lane, vram_bytes, sum(waiting) as waiting, sum(released) as released
from (
    select renderer, lane, coalesce((needs ->> 'vram_bytes')::bigint, 0) as vram_bytes,
        1 as waiting, 0 as released
    from runs
    where status = 'waiting' and paused_by is null and not held
        and not exists (
            select from controls where controls.paused and controls.subject = 'lane/' || runs.lane)
    union all
    select runs.renderer, runs.lane, coalesce((runs.needs ->> 'vram_bytes')::bigint, 0), 0, 1
    from renders join runs on runs.id = renders.run_id
    where renders.status = 'released'
) as jobs
group by renderer, lane, vram_bytes;
