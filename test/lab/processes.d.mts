export function createProcesses(): import("./lab.mjs").Processes;
