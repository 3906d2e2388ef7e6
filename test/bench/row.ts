/** One measurement. */
export interface Row {
  name: string;
  /** Program that it was measured in, with its version. */
  where: string;
  value: number;
  unit: "ms" | "times" | "MB/s";
  /** Half of the repetitions lie between these two. */
  spread?: [number, number];
  /** What the value is a multiple of: the same work without us, in the same round. */
  against?: string;
  /** What it is held against: the same work without us, in the same run. */
  beside?: { name: string; value: number };
  /** The most that the value may be, or may be more than what it is held against. */
  aim?: { value: number; what: string; met: boolean };
  /** Number of repetitions. */
  of: number;
  /** What the value consists of, or how far repetitions lie apart. */
  details?: Record<string, number>;
}
