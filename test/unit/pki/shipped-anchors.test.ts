import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { shippedFrom } from "../../../src/pki/shipped-anchors/anchors.ts";
import { issuedUntil } from "../../../src/pki/shipped-anchors/distrust-after.ts";
import { shippedAnchors } from "../../../src/pki/shipped-anchors/shipped-anchors.ts";
import { breaksProfile } from "../../../src/pki/profile.ts";

const root = resolve(import.meta.dirname, "../../..");

describe("shipped trust anchors (CE-02)", () => {
  it("are authorities of the fingerprint that is written beside each, and each is there once", async () => {
    const anchors = shippedAnchors();
    for (const { certificate, sha256 } of anchors) {
      expect(await certificate.sha256()).toBe(sha256);
      expect(certificate.basicConstraints?.ca, certificate.subject.rfc4514).toBe(true);
      expect(breaksProfile(certificate), certificate.subject.rfc4514).toBe(false);
      expect(certificate.criticalUnknown, certificate.subject.rfc4514).toEqual([]);
    }
    expect(new Set(anchors.map(({ sha256 }) => sha256)).size).toBe(anchors.length);
  });

  it("are those of the page, with version, date and count", () => {
    const page = readFileSync(join(root, "docs/trust-anchors.md"), "utf8");
    const listed = [...page.matchAll(/`((?:[0-9a-f]{8} ){7}[0-9a-f]{8})`/g)].map(([, groups = ""]) => groups.replaceAll(" ", ""));
    expect(listed.toSorted()).toEqual(shippedAnchors().map(({ sha256 }) => sha256).toSorted());
    expect(page).toContain(`Firefox: ${shippedFrom.firefox}\n- Date: ${shippedFrom.date}\n- Count: ${shippedAnchors().length}\n`);
  });

  it("dates of distrust name authorities that are shipped", () => {
    const known = new Set(shippedAnchors().map(({ sha256 }) => sha256));
    for (const sha256 of issuedUntil.keys()) expect(known.has(sha256), sha256).toBe(true);
  });

  it("are loaded by background and command line alone", () => {
    const importing = (readdirSync(join(root, "src"), { recursive: true }) as string[])
      .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("pki/shipped-anchors/") && readFileSync(join(root, "src", path), "utf8").includes("shipped-anchors/"));
    expect(importing.filter((path) => !/^(background|cli)\//.test(path))).toEqual([]);
  });
});
