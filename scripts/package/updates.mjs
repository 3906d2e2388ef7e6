import { createHash } from "node:crypto";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const escaped = (words) => words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What Chromium's family asks for updates (update protocol 2.0 as extensions use it). */
export const updatesXml = ({ id, version, minimum, url, bytes }) => `<?xml version="1.0" encoding="UTF-8"?>
<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0">
  <app appid="${escaped(id)}">
    <updatecheck codebase="${escaped(url)}" version="${escaped(version)}" prodversionmin="${escaped(minimum)}" hash_sha256="${sha256(bytes)}" />
  </app>
</gupdate>
`;

/** What Firefox asks for updates (its update manifest for add-ons from elsewhere than addons.mozilla.org). */
export const updatesJson = ({ id, version, minimum, url, bytes }) =>
  `${JSON.stringify({ addons: { [id]: { updates: [{ version, update_link: url, update_hash: `sha256:${sha256(bytes)}`, applications: { gecko: { strict_min_version: minimum } } }] } } }, null, 2)}\n`;
