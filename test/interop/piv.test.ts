import { constants, createHash, publicEncrypt, verify, X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cardsSeen, type CardsSeen, type SeenCard } from "../../src/protocol/card-messages.ts";
import { fromWire, toWire } from "../../src/protocol/shape.ts";
import { insertCard, pivApplet } from "../lab/piv-card.mjs";
import { asJson, type HostProcess, startHost } from "./support/host-process.ts";
import { type Identity, makePeople, P256, type People, RSA } from "./support/people.ts";
import { haveVirtualReader, OPENSC, startVirtualReader, type VirtualReader } from "./support/virtual-reader.ts";

if (!haveVirtualReader) console.log("skipped: the PIV card behind the virtual reader, because pcscd, vsmartcard's vpcd, OpenSC or root is not here");

const PIN = "123456";

/** The built host, OpenSC, pcscd and a PIV card of our own making: what a real card's way is, but for the plastic. */
describe.skipIf(!haveVirtualReader)("the host and a PIV card through OpenSC and pcscd", () => {
  let people: People;
  let reader: VirtualReader;
  let host: HostProcess;
  let applet: ReturnType<typeof pivApplet>;
  let inserted: Awaited<ReturnType<typeof insertCard>>;
  /** By slot; OpenSC numbers 9A, 9C and 9D from one. */
  let auth: Identity;
  let signature: Identity;
  let management: Identity;

  const ask = async (question: object): Promise<unknown> => {
    const answer = await host.ask({ do: "card", question: toWire(question) as object });
    return typeof answer === "string" ? answer : fromWire(asJson(answer));
  };
  const look = async (more: object = {}): Promise<CardsSeen> => cardsSeen(await ask({ ask: "look", modules: [OPENSC], known: null, wait: 0, ...more }));
  /** The state that fits, as soon as there is one. */
  async function until(fits: (seen: CardsSeen) => boolean): Promise<CardsSeen> {
    for (let seen = await look(); ; seen = await look({ known: seen.version, wait: 10_000 })) if (fits(seen)) return seen;
  }
  const card = async (): Promise<SeenCard> => (await until(({ cards }) => cards.length === 1)).cards[0] as SeenCard;
  const placeOf = ({ module, slot, serial, label }: SeenCard) => ({ module, slot, serial, label });
  async function keyOf({ certificate }: Identity) {
    const seen = await card();
    const found = seen.keys.find((key) => Buffer.from(key.certificate).equals(certificate));
    if (!found) throw new Error("no such key");
    return { ...placeOf(seen), id: found.id };
  }
  const login = async (pin: string) => ask({ ask: "login", card: placeOf(await card()), pin });
  const publicKey = ({ certificate }: Identity) => new X509Certificate(certificate).publicKey;
  const data = createHash("sha256").update("what is signed").digest();

  beforeAll(async () => {
    people = makePeople();
    [auth, signature, management] = [people.make("auth", P256), people.make("signature", RSA), people.make("management", RSA)];
    reader = await startVirtualReader(people.folder);
    const keys = Object.fromEntries(([["9a", auth], ["9c", signature], ["9d", management]] as const).map(([slot, { key, keyFile, certificate }]) => [slot, { key, keyFile, certificate }]));
    applet = pivApplet({ keys, pin: PIN });
    const home = join(people.folder, ".config");
    mkdirSync(home, { recursive: true });
    host = startHost({ HOME: people.folder, XDG_CONFIG_HOME: home, ...reader.environment });
  }, 60_000);
  afterAll(async () => {
    inserted?.remove();
    host?.child.kill();
    await reader?.stop();
    people?.remove();
  });

  it("notices that the card is inserted, and lists its keys", async () => {
    const before = await look();
    expect(before).toMatchObject({ modules: [{ state: "ready" }], cards: [] });
    const change = until(({ cards }) => cards.length === 1);
    inserted = await insertCard(reader.port, applet);
    const [seen] = (await change).cards;
    expect(seen).toMatchObject({ needsPin: true, loggedIn: false });
    expect(seen?.keys.map(({ certificate }) => Buffer.from(certificate))).toEqual(expect.arrayContaining([auth, signature, management].map(({ certificate }) => Buffer.from(certificate))));
  });

  it("says a wrong PIN, and that the card counts", async () => {
    expect(await login("654321")).toMatchObject({ result: "wrong", tries: expect.stringMatching(/low|unknown/) as string });
    expect(await login(PIN)).toMatchObject({ result: "ok" });
  });

  it("signs with RSA, which wants the PIN each time, and with P-256, as OpenSSL sees it (SG-01)", async () => {
    const rsa = (await ask({ ask: "sign", key: await keyOf(signature), scheme: "rsa-pkcs1", digestName: "sha256", data })) as { octets: Uint8Array };
    expect(verify("sha256", Buffer.from("what is signed"), publicKey(signature), rsa.octets)).toBe(true);
    const ec = (await ask({ ask: "sign", key: await keyOf(auth), scheme: "ecdsa", digestName: "sha256", data })) as { octets: Uint8Array };
    expect(verify("sha256", Buffer.from("what is signed"), { key: publicKey(auth), dsaEncoding: "ieee-p1363" }, ec.octets)).toBe(true);
  });

  it("opens a wrapped key", async () => {
    const secret = Buffer.from("0123456789abcdef0123456789abcdef");
    const encryptedKey = publicEncrypt({ key: publicKey(management), padding: constants.RSA_PKCS1_PADDING }, secret);
    const reply = (await ask({ ask: "decrypt", key: await keyOf(management), padding: "pkcs1", hash: "sha1", maskHash: "sha1", label: new Uint8Array(), encryptedKey })) as { octets: Uint8Array };
    expect(Buffer.from(reply.octets).subarray(-32)).toEqual(secret);
  });

  it("notices that it is taken out, and says so to whoever signs with it; inserted again it wants its PIN", async () => {
    const key = await keyOf(auth);
    const gone = until(({ cards }) => cards.length === 0);
    inserted.remove();
    await gone;
    expect(await ask({ ask: "sign", key, scheme: "ecdsa", digestName: "sha256", data })).toBe("keys.card-removed");
    inserted = await insertCard(reader.port, applet);
    expect(await card()).toMatchObject({ loggedIn: false });
  });

  it("locks its PIN after wrong ones, which is said, and is not sent to it again", async () => {
    const results = [await login("111111"), await login("222222"), await login("333333")] as { result: string; tries: string }[];
    expect(results.at(-1)).toMatchObject({ tries: "locked" });
    let verifications = 0;
    inserted.remove();
    await until(({ cards }) => cards.length === 0);
    inserted = await insertCard(reader.port, (apdu) => {
      if (apdu[1] === 0x20 && (apdu[4] ?? 0) > 0) verifications++;
      return applet(apdu);
    });
    expect(await login(PIN)).toMatchObject({ result: "locked" });
    expect(verifications).toBe(0);
  });
});
