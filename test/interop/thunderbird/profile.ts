import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identity, People } from "../support/people.ts";
import { must } from "../support/programs.ts";

/** The profile of somebody who has one account, "Local Folders", and has been asked everything already. */
function preferences(owner: Identity, outsidePort: number): Record<string, string | number | boolean> {
  return {
    // 0: a free port, which Thunderbird writes into the profile.
    "marionette.port": 0,
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.localfoldersserver": "server1",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.server.server1.type": "none",
    "mail.server.server1.hostname": "Local Folders",
    "mail.server.server1.userName": "nobody",
    "mail.server.server1.name": "Local Folders",
    "mail.server.server1.directory-rel": "[ProfD]Mail/Local Folders",
    "mail.identity.id1.valid": true,
    "mail.identity.id1.fullName": owner.name,
    "mail.identity.id1.useremail": `${owner.name}@example.test`,
    "mail.identity.id1.encryption_cert_name": owner.name,
    // 1: a message opens in a window of its own.
    "mail.openMessageBehavior": 1,
    "mail.provider.enabled": false,
    "mail.provider.suppress_dialog_on_startup": true,
    "mail.spotlight.firstRunDone": true,
    "mail.shell.checkDefaultClient": false,
    "mail.chat.enabled": false,
    "mailnews.start_page.enabled": false,
    "app.update.enabled": false,
    "app.donation.eoy.version.viewed": 999,
    "mail.inappnotifications.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": true,
    "toolkit.telemetry.enabled": false,
    "extensions.getAddons.cache.enabled": false,
    "extensions.update.enabled": false,
    "extensions.systemAddon.update.enabled": false,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "browser.region.network.url": "",
    "intl.locale.requested": "en-US",
    // Whatever it would still ask of the network is asked of us.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": outsidePort,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": outsidePort,
  };
}

/** Makes a profile whose NSS database, made before the first start, trusts the authority and holds these people's keys. */
export function makeProfile(folder: string, people: People, holders: readonly [Identity, ...Identity[]], outsidePort: number): void {
  mkdirSync(join(folder, "Mail/Local Folders"), { recursive: true });
  const lines = Object.entries(preferences(holders[0], outsidePort)).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  writeFileSync(join(folder, "user.js"), `${lines.join("\n")}\n`);
  const db = `sql:${folder}`;
  must("certutil", ["-N", "-d", db, "--empty-password"]);
  must("certutil", ["-A", "-d", db, "-n", "authority", "-t", "C,C,C", "-a", "-i", people.caFile]);
  for (const { name, certificateFile, keyFile } of holders) {
    const p12 = join(people.folder, `thunderbird-${name}.p12`);
    must("openssl", ["pkcs12", "-export", "-in", certificateFile, "-inkey", keyFile, "-name", name, "-passout", "pass:secret", "-out", p12]);
    must("pk12util", ["-i", p12, "-d", db, "-W", "secret", "-K", ""]);
  }
}
