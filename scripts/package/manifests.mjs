/** The Chrome Web Store gives the extension its key itself, and refuses a manifest that brings one. */
export function forStore(manifest) {
  const changed = { ...manifest };
  delete changed.key;
  return changed;
}

/** Firefox's patterns take no port, as in `src/protocol/origin-pattern.ts`. */
const pattern = (browser, origin) => {
  const { protocol, hostname, host } = new URL(origin);
  return `${protocol}//${browser === "firefox" ? hostname : host}/*`;
};

/**
 * The manifest of a package that an organisation signs and hands out itself. No policy gives a permission in a person's place; what
 * an extension that a policy installs names as needed, its people are not asked for. So the package names the organisation's
 * webmails, and the native host if it is wanted.
 * @param {"chromium" | "firefox"} browser
 * @param {{webmails: string[], host: boolean, updates: string}} options `updates` is where the browser asks for newer versions
 */
export function forOrganisation(browser, { webmails, host, updates }) {
  return (manifest) => {
    const changed = forStore(manifest);
    if (webmails.length > 0) changed.host_permissions = [...new Set(webmails.map((origin) => pattern(browser, origin)))];
    if (host) {
      changed.permissions = [...manifest.permissions, "nativeMessaging"];
      changed.optional_permissions = manifest.optional_permissions.filter((name) => name !== "nativeMessaging");
    }
    if (browser === "chromium") return { ...changed, update_url: updates };
    // Firefox takes no update address but an encrypted one; a policy that names the file does without.
    const { gecko } = manifest.browser_specific_settings;
    return { ...changed, browser_specific_settings: { gecko: { ...gecko, ...(updates.startsWith("https:") && { update_url: updates }) } } };
  };
}
