export function createProcesses(): import("./lab.mjs").Processes;

/** Waits until `attempt` succeeds (does not throw); fails at once when the process it waits for ends. */
export function until<T>(attempt: () => Promise<T>, options: { exited?: Promise<string>; timeout?: number; what: string }): Promise<T>;
