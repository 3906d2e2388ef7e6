import type { DirectoryAnswer } from "../protocol/directory.ts";
import { database } from "./database.ts";
import { forms } from "./forms.ts";
import { readOne } from "./reading.ts";

/** What one directory answered about one address, kept for a while. */
export interface KeptDirectoryAnswer extends DirectoryAnswer {
  directory: string;
  /** Lower case. */
  address: string;
  /** ISO 8601. */
  askedAt: string;
}

export async function directoryAnswer(directory: string, address: string): Promise<KeptDirectoryAnswer | undefined> {
  return readOne("directory-answers", [directory, address.toLowerCase()]);
}

export async function putDirectoryAnswers(answers: readonly KeptDirectoryAnswer[]): Promise<void> {
  const transaction = (await database()).transaction("directory-answers", "readwrite");
  await Promise.all([...answers.map((answer) => transaction.store.put(answer)), transaction.done]);
}

/** Forgets what one directory answered. */
export async function forgetDirectory(directory: string): Promise<void> {
  await (await database()).delete("directory-answers", IDBKeyRange.bound([directory], [directory, []]));
}

/** Forgets every answer of which `outlived` says so. */
export async function sweepDirectoryAnswers(outlived: (answer: KeptDirectoryAnswer) => boolean): Promise<void> {
  const transaction = (await database()).transaction("directory-answers", "readwrite");
  for (let cursor = await transaction.store.openCursor(); cursor; cursor = await cursor.continue()) {
    if (forms["directory-answers"](cursor.value) && outlived(cursor.value)) await cursor.delete();
  }
  await transaction.done;
}
