/** Runs OpenSSL and returns what it wrote; rejects with its complaint when it fails. */
export function openssl(args: string[], options?: { input?: Uint8Array; cwd?: string }): Promise<{ stdout: Buffer; stderr: string }>;
