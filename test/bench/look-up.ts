import { anchorService } from "../../src/background/anchor-service.ts";
import { contactService } from "../../src/background/contact-service.ts";
import { copyName, datesOf, directoryCopies } from "../../src/background/directory-copies.ts";
import { type DirectoryService, directoryService } from "../../src/background/directory-service.ts";
import { issuerService } from "../../src/background/issuer-service.ts";
import { keptDirectory } from "../../src/background/kept-directory.ts";
import { listService } from "../../src/background/list-service.ts";
import { peopleService } from "../../src/background/people-service.ts";
import { policyService } from "../../src/background/policy-service.ts";
import { type RecipientService, recipientService } from "../../src/background/recipient-service.ts";
import { retrievalService } from "../../src/background/retrieval-service.ts";
import { revocationService } from "../../src/background/revocation-service.ts";
import { trustService } from "../../src/background/trust-service.ts";
import { atMost } from "../../src/base/at-most.ts";
import { encodeBase64 } from "../../src/base/base64.ts";
import type { Bytes } from "../../src/base/bytes.ts";
import { SmimeError } from "../../src/base/errors.ts";
import { parseCertificate } from "../../src/pki/certificate.ts";
import { DerReader } from "../../src/pki/der-reader.ts";
import { readDirectoryPlace } from "../../src/policy/directory-place.ts";
import { directoryAnswer, forgetDirectory, putDirectoryAnswers } from "../../src/store/directory-answers.ts";
import * as issuerStore from "../../src/store/issuers.ts";
import * as revocationStore from "../../src/store/revocation.ts";
import { putSetting, setting } from "../../src/store/settings.ts";
import type { Inputs } from "./inputs.ts";
import type { Work } from "./rounds.ts";

/** Recipients of one message, as many as it may have. */
export const LOOKED_UP = 5000;

export const RECORDS = "their records alone";
export const RESOLVED = "found, chosen and validated";

const DIRECTORY = "ldap://127.0.0.1:1";
const SECOND = "ldap://127.0.0.1:2";
const clock = () => new Date();

/** As many at a time as the product asks: a browser whose database has thousands of questions at once looks through all of them for each. */
const AT_ONCE = 100;

const placeOf = (url: string) => {
  const place = readDirectoryPlace({ url });
  if (place?.kind !== "ldap") throw new Error("no LDAP directory");
  return place;
};

const COPY = copyName(placeOf(DIRECTORY), true);

/** Fills the copy of a directory with everybody, each with his authority's certificate beside; answers the addresses. */
async function fill(inputs: Inputs): Promise<string[]> {
  const [issuer, joined] = [await inputs("issuer"), await inputs("leaves")];
  const people = new DerReader(joined).rest().map(({ raw }) => ({ certificate: raw.slice(), address: parseCertificate(raw).addresses[0] ?? "" }));
  await forgetDirectory(COPY);
  await putDirectoryAnswers(people.map(({ certificate, address }) => ({
    directory: COPY, address, askedAt: clock().toISOString(), name: null, list: false,
    certificates: [{ certificate, source: "directory", place: "127.0.0.1", others: [issuer], ciphers: [], preferredAt: null }],
  })));
  await putSetting("directory-copies", { [COPY]: clock().toISOString(), [copyName(placeOf(SECOND), true)]: clock().toISOString() });
  return people.map(({ address }) => address);
}

/** The background's own services over the browser's database, with two directories of which none can be reached, and the authority trusted. */
function services(root: Bytes): { directories: DirectoryService; recipients: RecipientService } {
  const pem = `-----BEGIN CERTIFICATE-----\n${encodeBase64(root)}\n-----END CERTIFICATE-----`;
  const managed = { Directories: [{ url: DIRECTORY }, { url: SECOND }], DirectoryCopy: true, TrustAnchors: [pem] };
  const policy = policyService({ get: () => Promise.resolve(managed) }, clock, () => undefined);
  const anchors = anchorService(policy);
  const retrievals = retrievalService({ policy, network: { fetch: () => Promise.reject(new Error("no network")), permitted: () => Promise.resolve(false) }, clock });
  const trust = trustService({ anchors, revocation: revocationService({ policy, retrievals, store: revocationStore, clock }), issuers: issuerService({ policy, retrievals, store: issuerStore, clock }), clock });
  const answers = { get: directoryAnswer, put: putDirectoryAnswers };
  const ldapSearch = () => Promise.reject(new SmimeError("directory.unreachable"));
  const copies = directoryCopies(ldapSearch, { put: putDirectoryAnswers, forget: forgetDirectory, dates: async () => datesOf(await setting("directory-copies")), setDates: (dates) => putSetting("directory-copies", dates) }, clock);
  const directories = directoryService({ policy, own: () => Promise.resolve([]), ldapSearch, fetch: () => Promise.reject(new SmimeError("directory.unreachable")), answers, contacts: contactService(answers, clock), kept: keptDirectory, copies, clock });
  const people = peopleService(trust, clock, directories, keptDirectory);
  return { directories, recipients: recipientService(people, listService(directories, policy, clock)) };
}

/** Ours: each address looked up in both directories, their copies and what is kept here. */
export async function lookUpAll(inputs: Inputs): Promise<Work> {
  const [addresses, root] = [await fill(inputs), await inputs("root")];
  return () => {
    const { directories } = services(root);
    const gate = atMost(AT_ONCE);
    return async () => {
      const found = await Promise.all(addresses.map((address) => gate(() => directories.lookUp(address))));
      if (found.some(({ certificates }) => certificates.length !== 1)) throw new Error("somebody was not found");
    };
  };
}

/** Ours, as Send does it: looked up, the certificate chosen, and its path validated. */
export async function resolveAll(inputs: Inputs): Promise<Work> {
  const [addresses, root] = [await fill(inputs), await inputs("root")];
  return () => {
    const { recipients } = services(root);
    return async () => {
      const found = await recipients.resolveAll(addresses, { chosen: new Map(), contacts: null, account: { address: "" } });
      for (const { state } of found.values()) if (state.state !== "found") throw new Error(`somebody is ${state.code}`);
    };
  };
}

/** What cannot be done without: the same records read from the same store, each by its key. */
export async function readRecords(inputs: Inputs): Promise<Work> {
  const addresses = await fill(inputs);
  return () => async () => {
    const gate = atMost(AT_ONCE);
    const found = await Promise.all(addresses.map((address) => gate(() => directoryAnswer(COPY, address))));
    if (found.includes(undefined)) throw new Error("a record is missing");
  };
}
