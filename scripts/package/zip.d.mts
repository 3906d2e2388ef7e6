export function zip(files: { path: string; bytes: Uint8Array }[]): Uint8Array;
