/** The words of the API, without the way they are generated. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Batch = Schemas["Batch"];
export type BatchSummary = Schemas["BatchSummary"];
export type Character = Schemas["Character"];
export type ClipFacts = Schemas["ClipFacts"];
export type Comparison = Schemas["Comparison"];
export type Decision = Schemas["Decision"];
export type Estimate = Schemas["Estimate"];
export type Lora = Schemas["Lora"];
export type Promotion = Schemas["Promotion"];
export type Quote = Schemas["Quote"];
export type Review = Schemas["Review"];
export type Role = Schemas["Role"];
export type Scene = Schemas["SceneWithChain"];
export type SceneSummary = Schemas["Scene"];
export type SceneType = Schemas["SceneType"];
export type Segment = Schemas["Segment"];
export type Shot = Schemas["Shot"];
export type ShotStatus = Schemas["ShotStatus"];
export type Slot = Schemas["Slot"];
export type Timings = Schemas["Timings"];
export type User = Schemas["User"];
export type Verdict = Schemas["Verdict"];
export type Waiting = Schemas["Waiting"];
export type Worker = Schemas["Worker"];
export type Workflow = Schemas["Workflow"];
