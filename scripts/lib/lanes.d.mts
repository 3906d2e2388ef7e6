import type { Count } from "./count.mjs";

export interface StageResult extends Count {
  seconds: number;
  /** What the stage printed, if nobody saw it yet. */
  output?: string;
}
export interface Stage {
  name: string;
  run(): Promise<StageResult>;
}
export function runLanes(lanes: Stage[][], onEnd: (name: string, result: StageResult) => void): Promise<Map<string, StageResult>>;
export function planFor<T>(plan: T[][][], wanted: (stage: T) => boolean): T[][][];
