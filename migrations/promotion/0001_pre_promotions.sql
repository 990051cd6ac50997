-- Promotions that are being carried out or are done. The two unique keys are what makes "exactly
-- one" true: they are claimed before the first file is copied.
create table promotions (
    promotion_id uuid primary key,
    test_shot_id bigint not null unique,
    scene_id bigint not null unique,
    claimed_at timestamptz not null default now(),
    -- Null while the files are being copied.
    promoted_at timestamptz,
    -- SHA-256 of segment 001's clip, as read back from scene storage.
    sha256 text
);
