export function choosePorts(): Promise<{ ports: Record<string, number>; release: () => Promise<void> }>;
