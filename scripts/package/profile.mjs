import { createHash } from "node:crypto";

const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A value of a property list, as XML. */
function plist(value, depth) {
  const pad = "\t".repeat(depth);
  switch (typeof value) {
    case "boolean":
      return `${pad}<${value}/>`;
    case "number":
      return `${pad}<integer>${value}</integer>`;
    case "string":
      return `${pad}<string>${escaped(value)}</string>`;
  }
  if (Array.isArray(value)) return [`${pad}<array>`, ...value.map((each) => plist(each, depth + 1)), `${pad}</array>`].join("\n");
  return [`${pad}<dict>`, ...Object.entries(value).flatMap(([name, each]) => [`${pad}\t<key>${escaped(name)}</key>`, plist(each, depth + 1)]), `${pad}</dict>`].join("\n");
}

/** The same for the same name (RFC 9562, version 8), so that a newer profile takes the older one's place. */
function uuid(name) {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`.toUpperCase();
}

const payload = (type, identifier, name, content) => ({ PayloadType: type, PayloadIdentifier: identifier, PayloadUUID: uuid(identifier), PayloadVersion: 1, PayloadDisplayName: name, ...content });

const DOMAINS = { "Google Chrome": "com.google.Chrome", "Microsoft Edge": "com.microsoft.Edge" };

/**
 * A configuration profile of macOS that says what the two policy files say.
 * @param {object} chromium with `ExtensionSettings` and `3rdparty`, as on Linux
 * @param {object} firefox as `policies.json`
 */
export function macProfile(chromium, firefox) {
  const own = Object.entries(DOMAINS).flatMap(([name, domain]) => [
    payload(domain, `example.mailseal.${domain}`, `${name}: Mailseal`, { ExtensionSettings: chromium.ExtensionSettings }),
    ...Object.entries(chromium["3rdparty"].extensions).map(([id, settings]) => payload(`${domain}.extensions.${id}`, `example.mailseal.${domain}.settings`, `${name}: settings of Mailseal`, settings)),
  ]);
  const content = [...own, payload("org.mozilla.firefox", "example.mailseal.firefox", "Firefox: Mailseal", { EnterprisePoliciesEnabled: true, ...firefox.policies })];
  const whole = payload("Configuration", "example.mailseal", "Mailseal", { PayloadScope: "System", PayloadContent: content });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n${plist(whole, 0)}\n</plist>\n`;
}
