-- Batches that are asked for again: what their random seeds follow from, and since when they go on.

alter table batches
    -- What each random seed of a cell is derived from; null: `seed`, in batches made before this.
    add column draw bigint,
    -- Since when its open test shots may begin without a break: made, resumed, or rendered again.
    add column going_since timestamptz not null default now();

update batches set going_since = created_at;

-- "Is a test shot of this recipe on its way?"
create index idx_test_shots_open_recipe_hash on test_shots (recipe_hash)
    where status in ('waiting', 'rendering', 'rendered');
