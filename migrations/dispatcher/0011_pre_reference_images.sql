-- The character's source image, which qa compares the faces of every segment with.

alter table runs add column reference_image jsonb;
