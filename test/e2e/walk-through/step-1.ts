import { allowWebmail, importKey, openSetUp } from "../people/set-up.ts";
import { must, type Step } from "./step.ts";

const control = "[data-mailseal=compose]";

export const step1: Step = {
  number: 1,
  title: "Alice, in Roundcube, is asked to set up; she imports her key and sees whose it is",
  needs: [],
  async run(stage) {
    const { certificates } = stage.lab;
    const alice = await stage.person("alice");
    const first = await openSetUp(alice, stage);
    await allowWebmail(first, alice, stage, "setup-later");
    await first.close();
    await alice.page.activate();
    const asked = (await alice.page.text(control)).trim();
    must(asked === "Set up Mailseal", `Roundcube asks "${asked}"`);
    await stage.picture(alice.page, "webmail-asks");

    await alice.page.click(control);
    const setup = await alice.driver.waitForPage(/\/setup\.html/);
    const key = certificates.pkcs12("alice");
    const { preview } = await importKey(setup, { ...key, trust: [certificates.rootSha256] }, () => stage.picture(setup, "setup-preview"));
    for (const words of ["Alice Example", "alice@lab.test", "Lab Issuing CA", "20"]) must(preview.includes(words), `the preview does not name ${words}:\n${preview}`);
    await setup.waitFor('[data-test="setup-done"]');
    await stage.picture(setup, "setup-done");
    await setup.close();
    await alice.page.activate();
    await alice.page.until((selector) => document.querySelector(selector)?.textContent?.trim() === "Secure message", { what: "the control offers secure messages" }, control);
    await stage.picture(alice.page, "webmail-with-control");
    return [
      `a control beside Roundcube's own asked: ${asked}; it opened the set-up window`,
      `the set-up window showed: ${preview.replace(/\s+/g, " ").slice(0, 300)}`,
      "the webmail's origin was granted, and nothing else; without a reload \"Secure message\" stands beside Roundcube's own control",
    ];
  },
};
