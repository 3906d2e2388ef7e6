import type { Identity } from "../support/people.ts";
import type { Marionette } from "../../../scripts/lib/marionette.mjs";

export interface Writing {
  subject: string;
  text: string;
  sign: boolean;
  encrypt: boolean;
}

/** Sets the account's certificate, as its settings do, and writes a message as Thunderbird's composer does before it is sent. */
const WRITE = `
  const [{ own, to, certificate, subject, text, sign, encrypt }] = args;
  const { MimeMessage } = ChromeUtils.importESModule("resource:///modules/MimeMessage.sys.mjs");
  const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
  const database = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
  const key = (base64) => database.constructX509FromBase64(base64).dbKey;
  const [identity] = MailServices.accounts.allIdentities;
  for (const name of ["signing_cert", "encryption_cert"]) identity.setUnicharAttribute(name + "_dbkey", key(own));

  const secure = Cc["@mozilla.org/messengercompose/composesecure;1"].createInstance(Ci.nsIMsgComposeSecure);
  secure.signMessage = sign;
  secure.requireEncryptMessage = encrypt;
  secure.cacheValidCertForEmail(to, key(certificate));
  const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
  Object.assign(fields, { from: identity.fullAddress, to, subject, composeSecure: secure });
  const report = Cc["@mozilla.org/messengercompose/sendreport;1"].createInstance(Ci.nsIMsgSendReport);
  const message = new MimeMessage(identity, fields, null, "text/plain", text, Ci.nsIMsgSend.nsMsgDeliverNow, "", Ci.nsIMsgCompType.New, [], report);
  const file = await message.createMessageFile();
  return file.path;
`;

/** Lets Thunderbird write a message from the owner of its account, and answers where it lies. */
export function write(thunderbird: Marionette, from: Identity, to: Identity, what: Writing): Promise<string> {
  const base64 = ({ certificate }: Identity): string => Buffer.from(certificate).toString("base64");
  return thunderbird.script<string>(WRITE, { own: base64(from), to: `${to.name}@example.test`, certificate: base64(to), ...what });
}
