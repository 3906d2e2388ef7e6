import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openMessage, readShown } from "../people/read.ts";
import { importKey, type KeyFile, openSetUp, setUp } from "../people/set-up.ts";
import { openssl } from "../../lab/openssl.mjs";
import { must, type Stage, type Step } from "./step.ts";

interface Expected {
  file: string;
  dir?: string;
  /** What Thunderbird must show. */
  encryptedShown?: boolean;
  signatureGood?: boolean;
  plaintextContains?: string;
  /** What RFC 9788 says of its examples. */
  encrypted?: boolean;
  signature?: string;
  subjectToShow?: string;
}

const THUNDERBIRD = ["alice.dsig.SHA256.multipart.env.eml", "alice.sig.SHA384.opaque.env.eml"];
const RFC9788 = ["smime-signed-enc-hp-baseline.eml"];

const fingerprint = async (path: string): Promise<string> =>
  (await openssl(["x509", "-in", path, "-noout", "-fingerprint", "-sha256"])).stdout.toString().trim().split("=")[1]?.replaceAll(":", "").toLowerCase() ?? "";

function expected(folder: string, file: string): Expected {
  const { messages } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { messages: Expected[] };
  const found = messages.find((message) => message.file === file);
  must(found, `expected.json says nothing of ${file}`);
  return found;
}

/** Bob's key of RFC 9216 with the anchor that is expected; the file in the corpus brings that authority as another one certified it. */
async function rfc9216Key(stage: Stage, folder: string): Promise<KeyFile> {
  const path = join(stage.lab.folder, "files/rfc9216-bob.p12");
  mkdirSync(dirname(path), { recursive: true });
  const root = join(folder, "ca.rsa.crt.pem");
  await openssl(["pkcs12", "-export", "-inkey", join(folder, "bob.encrypt.key.pem"), "-in", join(folder, "bob.encrypt.crt.pem"), "-certfile", root, "-passout", "pass:bob", "-out", path]);
  return { path, password: "bob", trust: [await fingerprint(root)] };
}

const crlf = (bytes: Buffer): Buffer => Buffer.from(bytes.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1");

async function judge(stage: Stage, folder: string, file: string): Promise<string> {
  const wanted = expected(folder, file);
  const bob = await stage.person("bob");
  const uid = await stage.lab.append("bob", "INBOX", crlf(readFileSync(join(folder, wanted.dir ?? "", file))));
  await openMessage(bob, stage, uid);
  const { key, sentence, body, subject } = await readShown(bob);
  await stage.picture(bob.page, file.replace(/\.eml$/, ""));
  const encrypted = wanted.encryptedShown ?? wanted.encrypted ?? false;
  const good = wanted.signatureGood ?? wanted.signature?.startsWith("valid") ?? false;
  const says = { encrypted: key.endsWith("_encrypted"), good: /^sentence_(verified|text_signed)/.test(key) };
  must(says.encrypted === encrypted && says.good === good, `${file}: the reader says "${sentence}" (${key}), expected is encrypted ${encrypted}, signature good ${good}`);
  if (wanted.plaintextContains) must(body.includes(wanted.plaintextContains), `${file}: the text is "${body}"`);
  if (wanted.subjectToShow) must(subject === wanted.subjectToShow, `${file}: the Subject is "${subject}"`);
  return `${file}: ${sentence}`;
}

export const step8: Step = {
  number: 8,
  title: "Three messages that nobody here made get the verdict that their makers expect",
  needs: [],
  async run(stage) {
    const corpora = join(stage.lab.root, "../shared/corpora");
    const thunderbird = join(corpora, "thunderbird-smime");
    const rfc9788 = join(corpora, "rfc9788");
    if (!existsSync(thunderbird) || !existsSync(rfc9788)) return { skipped: "../shared/corpora is not here" };
    const bob = await stage.person("bob");
    if (!stage.notes.has("written")) await setUp(bob, stage);
    const setup = await openSetUp(bob, stage);
    await importKey(setup, { path: join(thunderbird, "smime/Bob.p12"), password: "nss", trust: [await fingerprint(join(thunderbird, "smime/TestCA.pem"))] });
    await setup.reload();
    await importKey(setup, await rfc9216Key(stage, join(corpora, "rfc9216")));
    await stage.picture(setup, "foreign-keys");
    await setup.close();
    await bob.page.activate();
    const lines: string[] = [];
    for (const file of THUNDERBIRD) lines.push(await judge(stage, thunderbird, file));
    for (const file of RFC9788) lines.push(await judge(stage, rfc9788, file));
    return lines;
  },
};
