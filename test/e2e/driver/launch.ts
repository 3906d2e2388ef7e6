import { launchChromium } from "./chromium.ts";
import type { Driver, LaunchOptions } from "./driver.ts";
import { launchFirefox } from "./firefox.ts";

export type BrowserName = Driver["name"];

/** Starts the browser of that name, headless, with the extension loaded. */
export function launch(name: BrowserName, options: LaunchOptions): Promise<Driver> {
  switch (name) {
    case "chromium":
      return launchChromium(options);
    case "firefox":
      return launchFirefox(options);
  }
}
