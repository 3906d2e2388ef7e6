/**
 * This browser's secret for implicit rejection with cards: HMAC-SHA-256, not extractable. It is kept, so that asking again gives the
 * same after the card was taken out.
 */
export function cardRejection(read: () => Promise<unknown>, write: (key: CryptoKey) => Promise<void>): () => Promise<CryptoKey> {
  let known: Promise<CryptoKey> | null = null;
  return () => {
    known ??= (async () => {
      const kept = await read();
      if (kept instanceof CryptoKey) return kept;
      const fresh = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      await write(fresh);
      return fresh;
    })();
    known.catch(() => (known = null));
    return known;
  };
}
