import type { Closing } from "../../protocol/background-messages.ts";

/** What keeping a draft may take before a composer shows nothing any more, in milliseconds. Meanwhile it is covered. */
const PATIENCE = 15_000;

/** Whether what is written could be kept, in the time that there is. */
export async function keptInTime(keep: () => Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE)));
  try {
    return await Promise.race([keep(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Empties a composer once. What closes it again, meanwhile or later, waits for that and changes no more than the reason that is shown.
 * @param empty keeps what is written and then has nothing of it shown; answers what became of it
 */
export function emptiedOnce<Result>(empty: () => Promise<Result>, show: (why: Closing, result: Result) => void): (why: Closing) => Promise<void> {
  let emptied: Promise<Result> | null = null;
  return async (why) => {
    emptied ??= empty();
    show(why, await emptied);
  };
}

/** Addresses of pictures in what is written; revoked, they show nothing and their octets can go. */
export function pictureUrls(): { make: (octets: BlobPart, type: string) => string; revokeAll: () => void } {
  const made: string[] = [];
  return {
    make: (octets, type) => {
      const url = URL.createObjectURL(new Blob([octets], { type }));
      made.push(url);
      return url;
    },
    revokeAll: () => {
      for (const url of made.splice(0)) URL.revokeObjectURL(url);
    },
  };
}
