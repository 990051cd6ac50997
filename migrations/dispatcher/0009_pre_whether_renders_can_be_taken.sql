-- Whether a finished render can be taken: what storage says, and whether its models are still there.

alter table runs
    -- Since when looking for the files of the finished render it would take has failed; null while no
    -- look has failed.
    add column unanswered_since timestamptz;

-- What workers report of their model files: equal while the file is the same. Of each worker, as two
-- of one class may have files of one name that differ.
create table worker_models (
    worker text not null references workers (name) on delete cascade,
    -- Folder and file name: loras/film.safetensors.
    model text not null,
    hash text not null,
    primary key (worker, model)
);

create index worker_models_model on worker_models (model);

alter table reusable_renders
    -- Model -> hash, of those its recipe needs, as its worker reported them.
    add column made_with jsonb not null default '{}';

-- Finished renders that may be taken: each of their models is reported by some live worker as it was,
-- or by none at all.
create view offered_renders as
select finished.* from reusable_renders as finished
where not exists (
    select from jsonb_each_text(finished.made_with) as made (model, hash)
    where exists (
        select from worker_models as known join live_workers on live_workers.name = known.worker
        where known.model = made.model)
    and not exists (
        select from worker_models as known join live_workers on live_workers.name = known.worker
        where known.model = made.model and known.hash = made.hash));
