import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILES: Record<string, string> = {
  "manifest.json": JSON.stringify({
    manifest_version: 3,
    name: "Driver probe",
    version: "1",
    background: { service_worker: "background.js", scripts: ["background.js"] },
    browser_specific_settings: { gecko: { id: "probe@lab.test" } },
    permissions: ["storage", "scripting"],
    optional_host_permissions: ["http://*/*"],
    content_scripts: [{ matches: ["http://127.0.0.1/*"], js: ["content.js"] }],
    web_accessible_resources: [{ resources: ["frame.html"], matches: ["<all_urls>"] }],
  }),
  "background.js": `
    const api = globalThis.browser ?? chrome;
    api.runtime.onMessage.addListener((message, sender, reply) => {
      if (message.window) api.windows.create({ url: api.runtime.getURL("window.html") + "#" + encodeURIComponent(message.window), type: "popup", width: 500, height: 400 });
      reply("done");
    });`,
  "content.js": `
    const host = document.createElement("div");
    host.style.cssText = "position:absolute;left:120px;top:200px";
    const frame = document.createElement("iframe");
    frame.src = (globalThis.browser ?? chrome).runtime.getURL("frame.html");
    frame.style.cssText = "width:600px;height:400px;border:0";
    host.attachShadow({ mode: "closed" }).append(frame);
    document.documentElement.append(host);`,
  "frame.html": `<!doctype html><meta charset="utf-8"><body><div style="height:900px">far above</div>
    <button id="go" style="width:200px">Go</button><input id="words"><div id="rich" contenteditable style="min-height:40px">.</div>
    <input id="file" type="file" multiple hidden><button id="save">Save</button><button id="window">Window</button><p id="out"></p>
    <script src="frame.js"></script>`,
  "frame.js": `
    const api = globalThis.browser ?? chrome;
    const out = document.getElementById("out");
    const on = (id, type, act) => document.getElementById(id).addEventListener(type, act);
    on("go", "click", (event) => { out.textContent = "clicked " + event.isTrusted + " " + navigator.userActivation?.isActive; });
    on("words", "keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) out.textContent = "sent " + event.isTrusted; });
    on("file", "change", async (event) => { out.textContent = (await Promise.all([...event.target.files].map(async (file) => file.name + ":" + (await file.arrayBuffer()).byteLength))).join(); });
    on("save", "click", () => { const link = document.createElement("a"); link.href = URL.createObjectURL(new Blob([new Uint8Array(100000)])); link.download = "saved.bin"; link.click(); });
    on("window", "click", () => api.runtime.sendMessage({ window: document.getElementById("words").value }));`,
  "window.html": `<!doctype html><meta charset="utf-8"><title>Window</title><button id="grant">Grant</button><p id="out"></p><script src="window.js"></script>`,
  "window.js": `
    const api = globalThis.browser ?? chrome;
    document.getElementById("grant").addEventListener("click", async () => {
      document.getElementById("out").textContent = "granted " + await api.permissions.request({ origins: [decodeURIComponent(location.hash.slice(1)) + "/*"] });
    });`,
};

/** Writes a small extension with everything that the driver must be able to reach; answers its folder. */
export function writeProbeExtension(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  return folder;
}
