-- Estimates are learned by class of worker: a fast class must not push a slow one out of the history.

-- Every class that ever rendered anything; few, and looked at one by one for each estimate.
create table worker_classes (name text primary key);

insert into worker_classes (name) select distinct worker_class from render_samples;

-- The newest of a class: of a shape, and of a workflow version in any shape.
drop index idx_render_samples_shape;
create index idx_render_samples_shape on render_samples
    (workflow_id, workflow_version, width, height, frames, steps, worker_class, at desc);
drop index idx_render_samples_workflow;
create index idx_render_samples_workflow on render_samples
    (workflow_id, workflow_version, worker_class, at desc);
