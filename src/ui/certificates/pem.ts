/** A certificate as PEM text (RFC 7468 §5), of base64 without line ends. */
export function pemOf(base64: string): string {
  return ["-----BEGIN CERTIFICATE-----", ...(base64.match(/.{1,64}/g) ?? []), "-----END CERTIFICATE-----", ""].join("\n");
}
