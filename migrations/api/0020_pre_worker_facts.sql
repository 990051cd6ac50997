-- What a worker runs on, and where the description of its node classes is in object storage.

alter table workers
    -- comfyui, python, torch, as far as the backend tells.
    add column versions jsonb not null default '{}',
    -- Of the list of node classes; equal where the same ones are installed.
    add column nodes_sha256 text not null default '',
    -- Names the stored description; empty: nobody has stored one.
    add column object_info_sha256 text not null default '';
