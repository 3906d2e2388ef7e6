/** What a person needs to go on by hand. @param {import("../../test/lab/lab.mjs").Lab} lab */
export function describeLab(lab) {
  const people = ["alice", "bob", "carol", "dave", "eve"].map((who) => {
    const { path, password } = lab.certificates.pkcs12(who);
    return `  ${`${who}@lab.test`.padEnd(16)} password ${who.padEnd(6)} key ${path} (password ${password})`;
  });
  return `
The lab stays up until Ctrl-C.

Roundcube        ${lab.web}  (Elastic)${lab.larryProxy ? `, ${lab.larryProxy.origin}  (Larry)` : ""}
${people.join("\n")}
  Dave has no certificate in the lab yet: ${lab.certificates.certificate("dave")} is one to give him. Eve's comes from an authority that nobody trusts.
Authority        ${lab.certificates.root}
                 SHA-256 ${lab.certificates.rootSha256}
Checked          certificates that name places to ask: ${lab.authority.certificates.pkcs12("bob-checked").path} and others beside it (same passwords)
                 lists ${lab.authority.places["issuing-crl"]}, OCSP ${lab.authority.places.ocsp}, issuers ${lab.authority.places["issuing-cer"]}
                 they lie on this machine, so policy must name 127.0.0.1 in RevocationHosts
Directory        ${lab.openLdap.url} (STARTTLS), ${lab.openLdap.secureUrl}, base ${lab.openLdap.base}; anybody may read, or
                 ${lab.openLdap.reader.name} with password ${lab.openLdap.reader.password}
List             team@lab.test goes to Alice, Bob, Carol and Dave; it is in the directory, too, with others (everybody, sales, friends)
Mail and logs    ${lab.folder}

To try it in your own browser:
  Chrome, Edge, Chromium   chrome://extensions, Developer mode, Load unpacked: ${lab.root}/dist/chrome
  Firefox                  about:debugging#/runtime/this-firefox, Load Temporary Add-on: ${lab.root}/dist/firefox/manifest.json
  Then open Roundcube, click Mailseal's button, and allow it for this site.
`;
}
