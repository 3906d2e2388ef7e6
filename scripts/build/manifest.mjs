/**
 * Makes one browser's manifest from the common source.
 * Chromium starts `service_worker` and Firefox `scripts`; each warns of the other's keys, so each gets its own.
 */
export function manifestFor(browser, source, version) {
  const manifest = JSON.parse(JSON.stringify({ ...source, version }));
  if (browser === "chrome") {
    delete manifest.browser_specific_settings;
    delete manifest.background.scripts;
    return manifest;
  }
  delete manifest.key;
  delete manifest.minimum_chrome_version;
  delete manifest.storage;
  delete manifest.background.service_worker;
  // Firefox draws a new internal address for each installation, so it needs (and knows) no dynamic one.
  for (const resource of manifest.web_accessible_resources) delete resource.use_dynamic_url;
  return manifest;
}
