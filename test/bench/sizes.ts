/** A size of message that is measured. */
export interface Size {
  name: string;
  /** Octets of the MIME entity that is signed: header and base64 attachment. */
  octets: number;
  /** Rounds that count. */
  rounds: number;
}

export const sizes: readonly Size[] = [
  { name: "10 KB", octets: 10_000, rounds: 9 },
  { name: "1 MB", octets: 1_000_000, rounds: 9 },
  { name: "25 MB", octets: 25_000_000, rounds: 9 },
  { name: "100 MB", octets: 100_000_000, rounds: 5 },
];

/** The size that the aims speak of. */
export const AIMED = "25 MB";
