import { existsSync, mkdtempSync, readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProcesses, until } from "../../test/lab/processes.mjs";
import { connectMarionette } from "./marionette.mjs";

/** Asks the certificate database of the program it runs in: every certificate that may vouch for mail. */
const QUESTION = `
  const database = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
  return database.getCerts()
    .filter((certificate) => database.isCertTrusted(certificate, Ci.nsIX509Cert.CA_CERT, Ci.nsIX509CertDB.TRUSTED_EMAIL))
    .map((certificate) => ({
      sha256: certificate.sha256Fingerprint.replaceAll(":", "").toLowerCase(),
      name: certificate.commonName || certificate.organizationalUnit || certificate.organization,
      der: certificate.getBase64DERString(),
    }));
`;

const preferences = {
  "marionette.port": 0,
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "browser.region.network.url": "",
  // Nothing is asked of the network: this port is nobody's.
  "network.proxy.type": 1,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 9,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 9,
};

/**
 * Reads the authorities that Mozilla trusts for mail out of an installed Firefox: a headless run with a fresh profile, whose
 * certificate database then holds the list that is built into the program and nothing else.
 * @param {string} [program]
 * @returns {Promise<{firefox: string, anchors: {sha256: string, name: string, der: string}[]}>} the program's version; the certificates in base64, by fingerprint
 */
export async function mozillaAnchors(program = "firefox-esr") {
  const processes = createProcesses();
  const folder = mkdtempSync(join(tmpdir(), "mailseal-anchors-"));
  processes.removeAtEnd(folder);
  try {
    const profile = join(folder, "profile");
    mkdirSync(profile);
    writeFileSync(join(profile, "user.js"), Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(""));
    const { exited } = processes.start("Firefox", program, [
      "--headless", "--no-remote", "--profile", profile, "--marionette",
      // Without it Marionette runs no script with the program's own rights.
      "--remote-allow-system-access",
    ], { cwd: folder, env: { HOME: folder, TMPDIR: folder, MOZ_CRASHREPORTER_DISABLE: "1", MOZ_REMOTE_SETTINGS_DEVTOOLS: "1" }, log: join(folder, "log") });
    const portFile = join(profile, "MarionetteActivePort");
    const port = await until(async () => {
      const text = existsSync(portFile) ? readFileSync(portFile, "utf8").trim() : "";
      if (!/^\d+$/.test(text)) throw new Error("no port yet");
      return Number(text);
    }, { exited, timeout: 120_000, what: "Firefox" });
    const marionette = await connectMarionette(port);
    const anchors = await marionette.script(QUESTION);
    marionette.close();
    return { firefox: marionette.version, anchors: anchors.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)) };
  } finally {
    await processes.stopAll();
  }
}
