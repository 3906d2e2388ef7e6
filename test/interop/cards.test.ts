import { constants, createHash, diffieHellman, generateKeyPairSync, publicEncrypt, verify, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hex } from "../../src/base/bytes.ts";
import { cardsSeen, type CardsSeen, type SeenCard } from "../../src/protocol/card-messages.ts";
import { fromWire, toWire } from "../../src/protocol/shape.ts";
import { asJson, type HostProcess, startHost } from "./support/host-process.ts";
import { type Identity, makePeople, P256, P384, P521, type People } from "./support/people.ts";
import { must } from "./support/programs.ts";
import { haveSoftHsm, SOFTHSM, type SoftHsm, softHsm } from "./support/softhsm.ts";

const PIN = "271828";

/** The built host with SoftHSM's module; what comes out is judged by OpenSSL. */
describe.skipIf(!haveSoftHsm)("the host and a card by PKCS#11", () => {
  let people: People;
  let hsm: SoftHsm;
  let host: HostProcess;
  const names = { "01": "rsa2048", "02": "rsa3072", "03": "p256", "04": "p384", "05": "p521", "06": "ed25519" } as const;
  const identities: Record<string, Identity> = {};

  const ask = async (question: object): Promise<unknown> => {
    const answer = await host.ask({ do: "card", question: toWire(question) as object });
    return typeof answer === "string" && !answer.startsWith("{") ? answer : fromWire(asJson(answer));
  };
  const look = async (more: object = {}): Promise<CardsSeen> => cardsSeen(await ask({ ask: "look", modules: [SOFTHSM], known: null, wait: 0, ...more }));
  const card = async (): Promise<SeenCard> => (await look()).cards.find(({ label }) => label === "work") as SeenCard;
  const placeOf = ({ module, slot, serial, label }: SeenCard) => ({ module, slot, serial, label });
  const keyOf = async (id: string) => ({ ...placeOf(await card()), id: Buffer.from(id, "hex") });
  const publicKey = (id: keyof typeof names) => new X509Certificate(identities[id]?.certificate as Uint8Array).publicKey;

  beforeAll(() => {
    people = makePeople();
    hsm = softHsm(join(people.folder, "hsm"));
    hsm.token("work", PIN);
    for (const [id, name] of Object.entries(names)) {
      const kind = { rsa2048: ["-newkey", "rsa:2048"], rsa3072: ["-newkey", "rsa:3072"], p256: P256, p384: P384, p521: P521, ed25519: ["-newkey", "ed25519"] }[name];
      const identity = people.make(name, kind);
      identities[id] = identity;
      const [key, certificate] = [join(people.folder, `${name}.key.der`), join(people.folder, `${name}.cert.der`)];
      must("openssl", ["pkey", "-in", identity.keyFile, "-outform", "DER", "-out", key]);
      writeFileSync(certificate, identity.certificate);
      if (name === "ed25519") hsm.putPem("work", PIN, id, { key: identity.keyFile, certificate });
      else hsm.put("work", PIN, id, { key, certificate });
    }
    mkdirSync(join(people.folder, ".config"), { recursive: true });
    host = startHost({ HOME: people.folder, XDG_CONFIG_HOME: join(people.folder, ".config"), ...hsm.environment });
  }, 60_000);
  afterAll(() => {
    host?.child.kill();
    people?.remove();
  });

  it("lists readers, card and certificates before anybody logged in", async () => {
    const seen = await look();
    expect(seen.modules).toMatchObject([{ path: SOFTHSM, state: "ready" }]);
    const found = seen.cards.filter(({ label }) => label === "work");
    expect(found).toMatchObject([{ loggedIn: false, needsPin: true, pinPad: false, tries: "unknown" }]);
    expect(found[0]?.keys.map(({ id }) => hex(id)).sort()).toEqual(Object.keys(names));
    expect(found[0]?.mechanisms).toEqual(expect.arrayContaining(["rsa-pkcs1", "rsa-raw", "rsa-pss", "rsa-oaep", "ecdsa", "ecdh", "ed25519"]));
    expect(await ask({ ask: "sign", key: await keyOf("01"), scheme: "rsa-pkcs1", digestName: "sha256", data: Buffer.alloc(32) })).toBe("keys.locked");
  });

  it("says that a PIN is wrong and does not try one that no card has", async () => {
    const place = placeOf(await card());
    expect(await ask({ ask: "login", card: place, pin: "000000" })).toMatchObject({ result: "wrong" });
    expect(await ask({ ask: "login", card: place, pin: "1" })).toMatchObject({ result: "malformed" });
    expect(await ask({ ask: "login", card: place, pin: null })).toMatchObject({ result: "malformed" });
    expect(await ask({ ask: "login", card: place, pin: PIN })).toMatchObject({ result: "ok" });
    expect((await card()).loggedIn).toBe(true);
    // Being logged in makes no other PIN right.
    expect(await ask({ ask: "login", card: place, pin: "000000" })).toMatchObject({ result: "wrong" });
    expect((await card()).loggedIn).toBe(false);
    expect(await ask({ ask: "login", card: place, pin: PIN })).toMatchObject({ result: "ok" });
  });

  const message = Buffer.from("what is signed");
  for (const digestName of ["sha256", "sha384", "sha512"] as const) {
    it(`signs a ${digestName} digest with each key, and OpenSSL agrees (SG-01)`, async () => {
      const data = createHash(digestName).update(message).digest();
      for (const id of ["01", "02"] as const) {
        const v15 = (await ask({ ask: "sign", key: await keyOf(id), scheme: "rsa-pkcs1", digestName, data })) as { octets: Uint8Array };
        expect(verify(digestName, message, publicKey(id), v15.octets), `${id} v1.5`).toBe(true);
        const pss = (await ask({ ask: "sign", key: await keyOf(id), scheme: "rsa-pss", digestName, data })) as { octets: Uint8Array };
        expect(verify(digestName, message, { key: publicKey(id), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: data.length }, pss.octets), `${id} PSS`).toBe(true);
      }
      for (const id of ["03", "04", "05"] as const) {
        const raw = (await ask({ ask: "sign", key: await keyOf(id), scheme: "ecdsa", digestName, data })) as { octets: Uint8Array };
        expect(verify(digestName, message, { key: publicKey(id), dsaEncoding: "ieee-p1363" }, raw.octets), id).toBe(true);
      }
    });
  }

  it("signs the signed attributes themselves with Ed25519 (RFC 8419), and OpenSSL agrees", async () => {
    const { octets } = (await ask({ ask: "sign", key: await keyOf("06"), scheme: "ed25519", digestName: "sha512", data: message })) as { octets: Uint8Array };
    expect(octets).toHaveLength(64);
    expect(verify(null, message, publicKey("06"), octets)).toBe(true);
  });

  it("opens wrapped keys as the whole block, so that no answer depends on padding (KT-02)", async () => {
    const secret = Buffer.from("0123456789abcdef0123456789abcdef");
    for (const id of ["01", "02"] as const) {
      const encryptedKey = publicEncrypt({ key: publicKey(id), padding: constants.RSA_PKCS1_PADDING }, secret);
      const question = { ask: "decrypt", key: await keyOf(id), padding: "pkcs1", hash: "sha1", maskHash: "sha1", label: new Uint8Array(), encryptedKey };
      const { form, octets } = (await ask(question)) as { form: string; octets: Uint8Array };
      expect(form).toBe("encoded");
      expect(octets).toHaveLength(encryptedKey.length);
      expect(Buffer.from(octets).subarray(-32)).toEqual(secret);
      expect(await ask({ ...question, encryptedKey: encryptedKey.map((octet, i) => (i === 9 ? octet ^ 1 : octet)) })).toMatchObject({ form: "encoded" });
      expect(await ask({ ...question, encryptedKey: Buffer.alloc(encryptedKey.length, 0xff) })).toMatchObject({ form: "refused" });
    }
  });

  it("agrees on a shared secret with P-256, P-384 and P-521 (RFC 5753)", async () => {
    for (const [id, curve] of [["03", "P-256"], ["04", "P-384"], ["05", "P-521"]] as const) {
      const other = generateKeyPairSync("ec", { namedCurve: curve });
      const jwk = other.publicKey.export({ format: "jwk" });
      const point = Buffer.concat([Buffer.from([4]), Buffer.from(jwk.x as string, "base64url"), Buffer.from(jwk.y as string, "base64url")]);
      const { octets } = (await ask({ ask: "derive", key: await keyOf(id), point })) as { octets: Uint8Array };
      expect(Buffer.from(octets)).toEqual(diffieHellman({ privateKey: other.privateKey, publicKey: publicKey(id) }));
    }
  });

  it("takes digests alone: anything longer or shorter is refused", async () => {
    const key = await keyOf("01");
    for (const length of [0, 31, 33, 64, 5000]) expect(await ask({ ask: "sign", key, scheme: "rsa-pkcs1", digestName: "sha256", data: Buffer.alloc(length) }), String(length)).toBe("protocol.malformed");
  });

  it("logs out, and then asks for the PIN again", async () => {
    expect(await ask({ ask: "logout", card: null })).toBe(null);
    expect((await card()).loggedIn).toBe(false);
    expect(await ask({ ask: "sign", key: await keyOf("01"), scheme: "rsa-pkcs1", digestName: "sha256", data: Buffer.alloc(32) })).toBe("keys.locked");
  });

  it("loads no library that anybody but an administrator can have put there", async () => {
    const planted = join(people.folder, "libsofthsm2.so");
    must("cp", [SOFTHSM, planted]);
    const { modules, cards } = await look({ modules: [planted, "/does/not/exist.so"] });
    expect(modules.map(({ state }) => state)).toEqual(["refused", "missing"]);
    expect(cards).toEqual([]);
  });

  it("ends its library's process with itself, however it ends", async () => {
    const children = (pid: number | undefined): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ").filter(Boolean).map(Number);
    const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
    for (const end of [({ child }: HostProcess) => child.stdin?.end(), ({ child }: HostProcess) => child.kill("SIGKILL")]) {
      const other = startHost({ HOME: people.folder, XDG_CONFIG_HOME: join(people.folder, ".config"), ...hsm.environment });
      expect(asJson(await other.ask({ do: "card", question: { ask: "look", modules: [SOFTHSM], known: null, wait: 0 } }))).toMatchObject({ modules: [{ state: "ready" }] });
      const [library, ...more] = children(other.child.pid);
      expect([library === undefined, more]).toEqual([false, []]);
      end(other);
      await other.ended;
      await expect.poll(() => isThere(library as number), { timeout: 10_000 }).toBe(false);
    }
  });

  it("notices that a card is gone, and says so in the middle of its use", async () => {
    const before = await look();
    const key = await keyOf("01");
    expect(await ask({ ask: "login", card: placeOf(await card()), pin: PIN })).toMatchObject({ result: "ok" });
    const { version } = await look();
    expect(version).not.toBe(before.version);
    const change = look({ known: version, wait: 20_000 });
    hsm.remove("work");
    expect((await change).cards.filter(({ label }) => label === "work")).toEqual([]);
    expect(await ask({ ask: "sign", key, scheme: "rsa-pkcs1", digestName: "sha256", data: Buffer.alloc(32) })).toBe("keys.card-removed");
  });
});
