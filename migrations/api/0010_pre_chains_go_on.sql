-- Chains that go on in another run, promotions that were superseded, and scenes as one clip.

alter table scene_segments
    -- Somebody chose the frame it ends on: a run in boundary mode `manual` goes on from it at once.
    add column is_boundary_chosen boolean not null default false;

-- `superseded`: the segment 001 that it made was replaced; the shot may be promoted again.
alter table promotions
    drop constraint promotions_status_check,
    add constraint promotions_status_check check (
        status in ('requested', 'done', 'rejected', 'superseded'));
drop index one_live_promotion_per_test_shot;
drop index one_live_promotion_per_scene;
create unique index one_live_promotion_per_test_shot on promotions (test_shot_id)
    where status in ('requested', 'done');
create unique index one_live_promotion_per_scene on promotions (scene_id)
    where status in ('requested', 'done');

-- A scene's segments joined to one clip, which is stored under one key and replaced as a whole.
create table scene_videos (
    scene_id bigint primary key references scenes (id) on delete cascade on update cascade,
    -- Of the clips that were joined, in order; null while there is no clip, or it is being written.
    digest text,
    -- How often a complete scene was to be looked at, and for which of those times it was.
    wanted integer not null default 0,
    seen_to integer not null default 0,
    updated_at timestamptz not null default now()
);

create index idx_scene_videos_wanted on scene_videos (scene_id) where wanted > seen_to;

create trigger set_updated_at before update on scene_videos
    for each row execute function trigger_set_updated_at();
