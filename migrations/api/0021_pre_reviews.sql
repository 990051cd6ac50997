-- What people think of test shots. A row of its own, so that a review never waits for a render, nor a
-- render for a review.

create table reviews (
    test_shot_id bigint primary key references test_shots (id) on delete cascade on update cascade,
    decision text check (decision in ('approved', 'rejected')),
    rating smallint check (rating between 1 and 5),
    tags text[] not null default '{}',
    note text not null default '',
    -- Who said so last, by the name they had then.
    by_id bigint references users (id) on delete set null on update cascade,
    by_name text not null,
    at timestamptz not null default now()
);

create index idx_reviews_by_id on reviews (by_id);
create index idx_reviews_tags on reviews using gin (tags);
