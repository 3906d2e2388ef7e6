import type { KeyObject } from "node:crypto";

export type Applet = (apdu: Buffer) => Buffer;

export function pivApplet(made: { keys: Record<string, { key: KeyObject; keyFile: string; certificate: Uint8Array }>; pin: string; tries?: number }): Applet;

export function insertCard(port: number, applet: Applet): Promise<{ remove: () => void }>;
