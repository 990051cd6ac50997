-- Cells of a batch ask for what they lack; identical renders are taken by the dispatcher.

alter table batch_cells drop column is_linked;
