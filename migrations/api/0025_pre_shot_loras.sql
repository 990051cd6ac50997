-- Which LoRAs a test shot was asked for with, so that the gallery finds shots by them.

alter table test_shots
    -- ["film-look.safetensors", ...], in the order of the stack.
    add column lora_names jsonb not null
        generated always as (jsonb_path_query_array(parameters, '$.loras[*].name')) stored;

-- "Any of these": lora_names ?| array.
create index idx_test_shots_lora_names on test_shots using gin (lora_names);
