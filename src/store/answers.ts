import { database } from "./database.ts";
import { readAll, removingMany } from "./reading.ts";

/**
 * Removes what others told and what was learned of them: their certificates, revocation answers, what directories said, issuers
 * that were fetched. One's own certificates, imported lists and everything that a person decided stay.
 */
export async function removeAnswers(): Promise<void> {
  const others = (await readAll("people")).filter(({ source }) => source !== "own").length;
  await removingMany("people", others, remove);
}

async function remove(): Promise<void> {
  const transaction = (await database()).transaction(["people", "revocation", "issuers", "directory-answers", "settings"], "readwrite");
  const people = transaction.objectStore("people");
  for (let cursor = await people.openCursor(); cursor; cursor = await cursor.continue()) if (cursor.value.source !== "own") await cursor.delete();
  const revocation = transaction.objectStore("revocation");
  for (let cursor = await revocation.openCursor(); cursor; cursor = await cursor.continue()) if (cursor.value.url !== null || cursor.value.kind === "ocsp") await cursor.delete();
  await Promise.all([
    transaction.objectStore("issuers").clear(),
    transaction.objectStore("directory-answers").clear(),
    // When each directory's copy was made: without the copies it would be believed.
    transaction.objectStore("settings").delete("directory-copies"),
    transaction.done,
  ]);
}
