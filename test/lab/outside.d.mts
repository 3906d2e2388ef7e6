export interface Outside {
  port: number;
  requests: { method: string; url: string; body: Buffer }[];
  close(): Promise<void>;
}

/** Stands for the whole network outside this machine: refuses every request and writes down who was asked. */
export function startOutside(options: { port: number }): Promise<Outside>;
