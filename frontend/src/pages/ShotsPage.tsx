import { useNavigate, useSearch } from "@tanstack/react-router";
import { GalleryFilters } from "@/components/test-shots/GalleryFilters";
import type { Density } from "@/components/test-shots/gallery-grid";
import type { GallerySearch } from "@/components/test-shots/gallery-search";
import { TestShotButton } from "@/components/test-shots/TestShotButton";
import { TestShotGallery } from "@/components/test-shots/TestShotGallery";
import { Page } from "@/ui/Page";
import { useStored } from "@/ui/use-stored";

const isDensity = (value: unknown): value is Density => value === "airy" || value === "dense";

export function ShotsPage() {
  const search = useSearch({ from: "/shots" });
  const navigate = useNavigate();
  const [density, setDensity] = useStored<Density>("gallery-density", "airy", isDensity);
  const show = (next: GallerySearch) =>
    void navigate({ to: "/shots", search: next, replace: true });
  return (
    <Page
      title="Test shots"
      actions={
        <TestShotButton sceneTypeId={search.scene_type_id} characterId={search.character_id} />
      }
    >
      <GalleryFilters search={search} onChange={show} density={density} onDensity={setDensity} />
      <TestShotGallery search={search} onSearch={show} density={density} />
    </Page>
  );
}
