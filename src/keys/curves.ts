/** WebCrypto's names of the curves that are supported, by OpenSSL's. */
export const WEB_CURVES: Readonly<Record<string, { name: string; octets: number }>> = {
  prime256v1: { name: "P-256", octets: 32 },
  secp384r1: { name: "P-384", octets: 48 },
  secp521r1: { name: "P-521", octets: 66 },
};
