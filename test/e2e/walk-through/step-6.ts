import { signedByOpenssl } from "../people/foreign-mail.ts";
import { openMessage, readShown } from "../people/read.ts";
import { header, opensslVerify } from "./evidence.ts";
import { must, mustBe, type Stage, type Step } from "./step.ts";

/** What OpenSSL says of a message up to the lab's root: the signer, or its complaint. */
async function opensslSays(stage: Stage, raw: Buffer): Promise<{ signer: string | null; complaint: string }> {
  try {
    return { signer: (await opensslVerify(stage.lab, raw)).signer, complaint: "" };
  } catch (error) {
    return { signer: null, complaint: /Verify error:[^\n]*|CMS_\w+:[^:\n]*/.exec(String(error))?.[0] ?? String(error) };
  }
}

interface Case {
  name: string;
  raw: Buffer;
  /** The sentence's key. */
  key: string;
  /** The code that the details name. */
  code: string;
  tone: string;
  /** Whom OpenSSL takes for the signer; null if it must refuse. */
  openssl: string | null;
}

async function cases(stage: Stage): Promise<Case[]> {
  const signed = (from: string, signer: string, text: string): Promise<Buffer> => signedByOpenssl(stage.lab, { from, to: "bob", signer, text });
  const good = await signed("alice", "alice", "Pay 100 to Bob.");
  mustBe((await opensslSays(stage, good)).signer, "alice@lab.test", "OpenSSL's signer before the damage");
  const damaged = Buffer.from(good.toString("latin1").replace("Pay 100 to Bob.", "Pay 900 to Bob."), "latin1");
  must(!damaged.equals(good), "nothing was damaged");
  return [
    { name: "damaged", raw: damaged, key: "sentence_unverified_changed", code: "cms.digest-mismatch", tone: "quiet", openssl: null },
    { name: "unknown-authority", raw: await signed("eve", "eve", "Trust me."), key: "sentence_unverified_untrusted", code: "pki.untrusted", tone: "quiet", openssl: null },
    { name: "other-sender", raw: await signed("alice", "carol", "I am Alice."), key: "sentence_careful_signer", code: "smime.from-mismatch", tone: "careful", openssl: "carol@lab.test" },
  ];
}

export const step6: Step = {
  number: 6,
  title: "A damaged signature, an unknown authority and a From that is not the signer are shown as what they are",
  needs: [3],
  async run(stage) {
    const bob = await stage.person("bob");
    const lines: string[] = [];
    for (const { name, raw, key, code, tone, openssl: expected } of await cases(stage)) {
      const uid = await stage.lab.append("bob", "INBOX", raw);
      const stored = (await stage.lab.storedMessages("bob", "INBOX")).find((message) => message.uid === uid);
      must(stored, "the message is not there");
      const says = await opensslSays(stage, stored.raw);
      mustBe(says.signer, expected, `${name}: OpenSSL's signer`);
      await openMessage(bob, stage, uid);
      const shown = await readShown(bob);
      mustBe(shown.key, key, `${name}: the reader says "${shown.sentence}", its key`);
      const drawn = await shown.reader.evaluate(() => document.querySelector<HTMLElement>('[data-test="reader-bar"]')?.dataset["tone"] ?? "");
      mustBe(drawn, tone, `${name}: the tone`);
      await shown.reader.click('[data-test="details-toggle"]');
      await shown.reader.waitFor('[data-test="details"]');
      const reason = await shown.reader.evaluate(() => {
        // The arrow turns; the picture shows it turned.
        for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
        const found = document.querySelector<HTMLElement>('[data-test="signer-reason"]');
        return { code: found?.dataset["code"] ?? "", text: found?.innerText ?? "" };
      });
      mustBe(reason.code, code, `${name}: the reason's code`);
      await stage.picture(bob.page, name);
      lines.push(
        `${name}: the reader says: ${shown.sentence}; one click further: ${reason.text.replace(/\s+/g, " ").trim()}`,
        `${name}: openssl cms -verify of what Dovecot has: ${says.signer ? `signed by ${says.signer}, and From is ${header(stored.raw, "from")}` : says.complaint}`,
      );
    }
    return lines;
  },
};
