import { allowWebmail, importKey, openSetUp } from "../people/set-up.ts";
import { must, type Step } from "./step.ts";

export const step1: Step = {
  number: 1,
  title: "Alice sets up: she imports her key and sees whose it is",
  needs: [],
  async run(stage) {
    const { certificates } = stage.lab;
    const alice = await stage.person("alice");
    const setup = await openSetUp(alice, stage);
    const key = certificates.pkcs12("alice");
    const { preview } = await importKey(setup, { ...key, trust: [certificates.rootSha256] }, () => stage.picture(setup, "setup-preview"));
    for (const words of ["Alice Example", "alice@lab.test", "Lab Issuing CA", "20"]) must(preview.includes(words), `the preview does not name ${words}:\n${preview}`);
    await allowWebmail(setup, alice, stage);
    await stage.picture(setup, "setup-done");
    await setup.close();
    await alice.page.activate();
    await alice.page.reload();
    await alice.page.waitFor("[data-mailseal=compose]");
    await stage.picture(alice.page, "webmail-with-control");
    return [
      `the set-up window showed: ${preview.replace(/\s+/g, " ").slice(0, 300)}`,
      "the webmail's origin was granted, and nothing else; \"Secure message\" stands beside Roundcube's own control",
    ];
  },
};
