import { sealedByCli } from "../people/cli-mail.ts";
import { openMessage, readShown } from "../people/read.ts";
import { setUp } from "../people/set-up.ts";
import { openComposer, send, write } from "../people/write.ts";
import { header, leaves, opensslVerify } from "./evidence.ts";
import { must, mustBe, type Step } from "./step.ts";

export const step5: Step = {
  number: 5,
  title: "Carol gets a clear-signed message, readable without us, and an opaque-signed one",
  needs: [1],
  async run(stage) {
    const { lab } = stage;
    const alice = await stage.person("alice");
    await alice.page.goto(`${stage.web}/?_task=mail`);
    const composer = await openComposer(alice);
    await write(composer, { to: ["carol@lab.test"], subject: "Signed for everybody", text: "Everybody may read this and nobody may change it.", sign: true, encrypt: false });
    const sentence = await composer.text('[data-test="sentence"]');
    const result = await send(composer, { confirm: alice.driver });
    await stage.picture(alice.page, "clear-signed-sent");
    await composer.click('[data-test="result-view"]');
    const own = await readShown(alice);
    mustBe(own.key, "sentence_verified", `"View" shows "${own.sentence}", its key`);
    must((await alice.page.url()).includes("_mbox=Sent") && own.body.includes("nobody may change it"), "View does not lead to the copy in Sent");

    const clear = (await lab.storedMessages("carol", "INBOX")).at(-1);
    must(clear, "nothing arrived for Carol");
    must(header(clear.raw, "content-type")?.startsWith("multipart/signed"), `its type is ${header(clear.raw, "content-type")}`);
    mustBe(header(clear.raw, "subject"), "Signed for everybody", "the outer Subject");
    must(leaves(clear.raw.toString("latin1")).some((part) => part.type === "text/plain" && part.bytes.toString().includes("nobody may change it")), "the text is not readable without us");
    const verified = await opensslVerify(lab, clear.raw);
    mustBe(verified.signer, "alice@lab.test", "OpenSSL's signer");

    const opaque = await sealedByCli(lab, { from: "alice", to: "carol", subject: "Opaque", text: "This one is wrapped.", options: ["--opaque"] });
    const opaqueUid = await lab.append("carol", "INBOX", opaque);
    mustBe((await opensslVerify(lab, opaque)).signer, "alice@lab.test", "OpenSSL's signer of the opaque message");

    const carol = await stage.person("carol");
    await setUp(carol, stage);
    const shown: string[] = [];
    for (const [name, uid, words] of [["clear-signed", clear.uid, "nobody may change it"], ["opaque-signed", opaqueUid, "This one is wrapped"]] as const) {
      await openMessage(carol, stage, uid);
      const { key, sentence: said, body } = await readShown(carol);
      must(key === "sentence_verified", `${name}: the reader says "${said}"`);
      must(body.includes(words), `${name}: the text is "${body}"`);
      await stage.picture(carol.page, name);
      shown.push(`${name}: Carol's reader says: ${said}`);
    }
    return [
      `the composer said: ${sentence}`,
      `and after sending: ${result}; "View" opens the copy in Sent: ${own.sentence}`,
      "what Dovecot stored for Carol is multipart/signed with its text and Subject in the clear; openssl cms -verify: signed by alice@lab.test",
      "the opaque-signed one is verified by openssl cms too",
      ...shown,
    ];
  },
};
