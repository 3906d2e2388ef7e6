import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProcesses } from "../lab/processes.mjs";
import type { Driver, Frame, Page } from "./driver/driver.ts";
import { type BrowserName, launch } from "./driver/launch.ts";
import { writeProbeExtension } from "./driver/probe-extension.ts";

describe.each<BrowserName>(["chromium", "firefox"])("driver of %s", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-driver-"));
  const processes = createProcesses();
  const server = http.createServer((_request, response) => response.setHeader("content-type", "text/html").end("<!doctype html><title>Page</title><p id=p>page"));
  let driver: Driver;
  let page: Page;
  let frame: Frame;
  let origin: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    driver = await launch(name, { extension: writeProbeExtension(join(folder, "extension")), folder, outsidePort: 9, processes });
    page = await driver.open(`${origin}/`);
    frame = await page.frame((url) => url === `${driver.extension}/frame.html`);
  });
  afterAll(async () => {
    await driver?.close();
    await processes.stopAll();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("reaches a frame in a closed shadow root with trusted clicks", async () => {
    await frame.click("#go");
    expect(await frame.text("#out")).toMatch(/^clicked true/);
  });

  it("types with keys, in a field and in an editor", async () => {
    await frame.type("#words", "Grüße, Bob");
    await frame.press("Control+Enter");
    expect(await frame.text("#out")).toBe("sent true");
    expect(await frame.evaluate(() => document.querySelector<HTMLInputElement>("#words")?.value)).toBe("Grüße, Bob");
    await frame.type("#rich", "one");
    await frame.keys("\ntwo");
    expect(await frame.text("#rich")).toMatch(/one\n+two/);
  });

  it("chooses files", async () => {
    const path = join(folder, "big.bin");
    writeFileSync(path, Buffer.alloc(10_000_000));
    await frame.setFiles("#file", [path]);
    await frame.until((text) => document.querySelector("#out")?.textContent === text, { what: "file read" }, "big.bin:10000000");
  });

  it("saves a download", async () => {
    await frame.click("#save");
    expect(statSync(await driver.waitForDownload("saved.bin")).size).toBe(100_000);
  });

  it("finds a window that the extension opens, and grants an origin there", async () => {
    await driver.allowOrigin(origin);
    await frame.evaluate((given) => {
      (document.querySelector("#words") as HTMLInputElement).value = given;
    }, name === "chromium" ? origin : "http://127.0.0.1");
    await frame.click("#window");
    const window = await driver.waitForPage(/window\.html#/);
    await window.click("#grant");
    await window.until(() => document.querySelector("#out")?.textContent === "granted true", { what: "granted" });
    await window.screenshot(join(folder, "window.png"));
    expect(readFileSync(join(folder, "window.png")).subarray(1, 4).toString()).toBe("PNG");
    await window.close();
  });

  it("opens a page of the extension, and reloads it", async () => {
    const own = await driver.open(`${driver.extension}/window.html`);
    await own.reload();
    expect(await own.evaluate(() => document.title)).toBe("Window");
    await own.close();
  });

  it("ends the background, which wakes up again", async () => {
    await driver.stopBackground();
    await page.activate();
    await frame.click("#window");
    await (await driver.waitForPage(/window\.html#/)).close();
  });

  it("makes a picture of the page with the frame", async () => {
    await page.screenshot(join(folder, "page.png"));
    expect(statSync(join(folder, "page.png")).size).toBeGreaterThan(2000);
  });
});
