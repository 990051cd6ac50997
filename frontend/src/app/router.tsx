/** Every page and its address. What a page shows is in its address, so that a link shows the same. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { blindSearch, compareSearch } from "@/components/compare/compare-search";
import { sceneSearch, segmentSearch } from "@/components/scenes/scene-search";
import { gallerySearch } from "@/components/test-shots/gallery-search";
import { Empty, Failure } from "@/ui/States";
import { Shell } from "./Shell";

const root = createRootRoute({
  component: Shell,
  errorComponent: Broken,
  notFoundComponent: () => (
    <Empty title="There is no such page" action={<Link to="/shots">To the test shots</Link>} />
  ),
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/shots" });
  },
});

const shots = createRoute({
  getParentRoute: () => root,
  path: "/shots",
  validateSearch: gallerySearch,
  component: lazyRouteComponent(() => import("@/pages/ShotsPage"), "ShotsPage"),
});

const shot = createRoute({
  getParentRoute: () => root,
  path: "/shots/$shotId",
  component: lazyRouteComponent(() => import("@/pages/ShotPage"), "ShotPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import("@/pages/ComparePage"), "ComparePage"),
});

const blind = createRoute({
  getParentRoute: () => root,
  path: "/compare/blind",
  validateSearch: blindSearch,
  component: lazyRouteComponent(() => import("@/pages/BlindPage"), "BlindPage"),
});

const batches = createRoute({
  getParentRoute: () => root,
  path: "/batches",
  component: lazyRouteComponent(() => import("@/pages/BatchesPage"), "BatchesPage"),
});

const batch = createRoute({
  getParentRoute: () => root,
  path: "/batches/$batchId",
  component: lazyRouteComponent(() => import("@/pages/BatchPage"), "BatchPage"),
});

const scenes = createRoute({
  getParentRoute: () => root,
  path: "/scenes",
  validateSearch: sceneSearch,
  component: lazyRouteComponent(() => import("@/pages/ScenesPage"), "ScenesPage"),
});

const scene = createRoute({
  getParentRoute: () => root,
  path: "/scenes/$sceneId",
  validateSearch: segmentSearch,
  component: lazyRouteComponent(() => import("@/pages/ScenePage"), "ScenePage"),
});

const characters = createRoute({
  getParentRoute: () => root,
  path: "/characters",
  component: lazyRouteComponent(() => import("@/pages/CharactersPage"), "CharactersPage"),
});

const character = createRoute({
  getParentRoute: () => root,
  path: "/characters/$characterId",
  component: lazyRouteComponent(() => import("@/pages/CharacterPage"), "CharacterPage"),
});

const sceneTypes = createRoute({
  getParentRoute: () => root,
  path: "/scene-types",
  component: lazyRouteComponent(() => import("@/pages/SceneTypesPage"), "SceneTypesPage"),
});

const sceneType = createRoute({
  getParentRoute: () => root,
  path: "/scene-types/$sceneTypeId",
  component: lazyRouteComponent(() => import("@/pages/SceneTypePage"), "SceneTypePage"),
});

const workflows = createRoute({
  getParentRoute: () => root,
  path: "/workflows",
  component: lazyRouteComponent(() => import("@/pages/WorkflowsPage"), "WorkflowsPage"),
});

const workflow = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$workflowId",
  component: lazyRouteComponent(() => import("@/pages/WorkflowPage"), "WorkflowPage"),
});

const workers = createRoute({
  getParentRoute: () => root,
  path: "/workers",
  component: lazyRouteComponent(() => import("@/pages/WorkersPage"), "WorkersPage"),
});

const insights = createRoute({
  getParentRoute: () => root,
  path: "/insights",
  component: lazyRouteComponent(() => import("@/pages/InsightsPage"), "InsightsPage"),
});

function Broken({ error, reset }: ErrorComponentProps) {
  return <Failure error={error} retry={reset} />;
}

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    shots,
    shot,
    compare,
    blind,
    batches,
    batch,
    scenes,
    scene,
    characters,
    character,
    sceneTypes,
    sceneType,
    workflows,
    workflow,
    workers,
    insights,
  ]),
  defaultErrorComponent: Broken,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
