export function deb(control: Record<string, string>, files: { path: string; bytes?: Uint8Array; mode?: number; link?: string }[]): Buffer;
