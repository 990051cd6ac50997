-- Which of two clips people liked better, blind, and how strong each shot is by that.

create table votes (
    id bigserial primary key,
    scene_type_id bigint not null references scene_types (id) on delete cascade on update cascade,
    -- A pair is stored in one way, whatever side its clips were shown on.
    one_shot_id bigint not null references test_shots (id) on delete cascade on update cascade,
    other_shot_id bigint not null references test_shots (id) on delete cascade on update cascade,
    winner text not null check (winner in ('one', 'other', 'tie')),
    -- Who said so, by the name they had then; what was said outlives them.
    by_id bigint references users (id) on delete set null on update cascade,
    by_name text not null,
    at timestamptz not null default now(),

    check (one_shot_id < other_shot_id),
    unique (by_id, one_shot_id, other_shot_id)
);

create index idx_votes_pair on votes (scene_type_id, one_shot_id, other_shot_id);
create index idx_votes_one_shot_id on votes (one_shot_id);
create index idx_votes_other_shot_id on votes (other_shot_id);

-- What follows from the votes: written anew for a scene type with every vote on it.
create table shot_strengths (
    test_shot_id bigint primary key references test_shots (id) on delete cascade on update cascade,
    scene_type_id bigint not null references scene_types (id) on delete cascade on update cascade,
    -- Logarithm of the odds against an average shot of the scene type.
    strength double precision not null,
    votes integer not null check (votes > 0)
);

create index idx_shot_strengths_scene_type_id on shot_strengths (scene_type_id);
