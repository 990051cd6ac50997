-- What every rendered segment is worth, and why. services/qa/.../store.py owns the statements.
create table scores (
    run_id uuid not null,
    segment integer not null check (segment >= 1),
    render_id uuid not null,
    score double precision not null check (score between 0 and 1),
    verdict text not null check (verdict in ('pass', 'warn', 'fail')),
    -- Every measurement with the value, weight and limits it was judged by, so that a score can be
    -- explained, and judged again under other limits, without the clip.
    measurements jsonb not null,
    video_key text not null,
    video_sha256 text not null,
    seed_image_sha256 text not null,
    -- Wall seconds of decoding and measuring.
    measuring_s double precision not null,
    created_at timestamptz not null default now(),
    -- A render belongs to one run; the order serves the trend over a chain.
    primary key (run_id, segment, render_id)
);
