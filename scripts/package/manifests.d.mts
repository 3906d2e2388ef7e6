export interface Manifest {
  key?: string;
  update_url?: string;
  permissions: string[];
  optional_permissions: string[];
  host_permissions?: string[];
  browser_specific_settings?: { gecko: { id: string; update_url?: string } };
}
export function forStore(manifest: Manifest): Manifest;
export function forOrganisation(browser: "chromium" | "firefox", options: { webmails: string[]; host: boolean; updates: string }): (manifest: Manifest) => Manifest;
