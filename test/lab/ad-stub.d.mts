export interface AdStub {
  url: string;
  base: string;
  /** Who may bind with a password; without one anybody may. */
  reader: { name: string; password: string };
  searches: { base: string; scope: number; attributes: string[] }[];
  members: number;
  close(): Promise<void>;
}

/**
 * Answers as Active Directory does where a list is long: `crowd@ad.test` has `members` people (`person-N@ad.test`), of whom one
 * answer brings `step`; `two-crowds@ad.test` has that list and one person more.
 */
export function startAdStub(options?: { port?: number; members?: number; step?: number }): Promise<AdStub>;
