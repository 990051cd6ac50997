-- Renders that were stopped for their previews save what was left of them.

alter table savings
    drop constraint savings_kind_check,
    add constraint savings_kind_check check (kind in ('reuse', 'promotion', 'halt', 'hopeless'));
