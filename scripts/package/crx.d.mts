export function publicKeyOf(pem: string): Buffer;
export function extensionId(publicKey: Uint8Array): string;
export function crx3(archive: Uint8Array, pem: string): Buffer;
