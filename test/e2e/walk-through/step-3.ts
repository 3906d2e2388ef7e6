import { readFileSync } from "node:fs";
import { clickInList, openMessage, readShown, type Shown } from "../people/read.ts";
import { setUp } from "../people/set-up.ts";
import { sha256 } from "./evidence.ts";
import { must, mustBe, type Step } from "./step.ts";
import type { Written } from "./step-2.ts";

function check(shown: Shown, written: Written, where: string): void {
  must(shown.key === "sentence_verified_encrypted", `${where}: the reader says "${shown.sentence}"`);
  must(shown.author.includes("Alice Example") && shown.author.includes("alice@lab.test"), `${where}: the author is "${shown.author}"`);
  mustBe(shown.subject, written.subject, `${where}: the Subject`);
  for (const word of written.words.slice(1, 3)) must(shown.body.includes(word), `${where}: the text lacks what was typed`);
  must(shown.pictures > 0, `${where}: the picture is not shown`);
}

export const step3: Step = {
  number: 3,
  title: "Bob opens it from the list and in the preview pane",
  needs: [2],
  async run(stage) {
    const written = stage.notes.get("written") as Written;
    const bob = await stage.person("bob");
    await setUp(bob, stage);

    await clickInList(bob, stage, written.uid);
    const preview = await readShown(bob);
    check(preview, written, "preview pane");
    // The first protected message that he ever opens explains itself, until he has had enough of it.
    await preview.reader.waitFor('[data-test="hint-signed"]');
    await preview.reader.waitFor('[data-test="hint-encrypted"]');
    await stage.picture(bob.page, "first-message");
    await preview.reader.click('[data-test="hints-dismiss"]');
    await preview.reader.until(() => document.querySelector('[data-test="hints"]') === null, { what: "the explanation is gone" });
    await stage.picture(bob.page, "preview-pane");

    await openMessage(bob, stage, written.uid);
    const opened = await readShown(bob);
    check(opened, written, "message page");
    must(!(await opened.reader.exists('[data-test="hints"]')), "the explanation that was dismissed is there again");
    await stage.picture(bob.page, "message-page");

    const index = opened.attachments.indexOf(written.file.name);
    must(index >= 0, `the files shown are ${opened.attachments.join(", ")}`);
    await opened.reader.click(`[data-test="attachment"]:nth-child(${index + 1}) [data-test="attachment-save"]`);
    const saved = await bob.driver.waitForDownload(written.file.name, 60_000);
    mustBe(sha256(readFileSync(saved)), written.file.sha256, "the saved file's digest");
    return [
      `in the preview pane and on a page of its own the reader says: ${opened.sentence}`,
      "his first protected message explained itself, and does not once that was dismissed",
      `the author is ${opened.author.replace(/\s+/g, " ")}, the Subject "${opened.subject}"; outside it read "[...]"`,
      `the picture is shown inline; ${written.file.name} was saved and is identical (SHA-256 ${written.file.sha256.slice(0, 16)}…)`,
    ];
  },
};
