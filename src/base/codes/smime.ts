export const smimeCodes = {
  "smime.from-mismatch": "The signer's certificate is not for the address in From.",
  "smime.from-several": "There is more than one From field or mailbox, so there is no author.",
  "smime.from-missing": "There is no From address to compare the signer with.",
  "smime.outer-signature": "The signature lies outside the encryption: it is an agent's, not the author's.",
  "smime.part-outside-envelope": "A protected part lies inside an unprotected message and lends nothing to it.",
  "smime.header-from-differs": "The protected From differs from the one outside, and no valid signature is bound to it.",
  "smime.no-integrity": "The encryption used cannot show whether the text was changed.",
  "limits.encrypted-layers": "There are more encrypted layers than one message may have.",
  "limits.layers": "There are more protection layers than one message may have.",
  "revocation.unavailable": "Whether the certificate was revoked could not be checked.",
  "revocation.revoked": "The certificate was revoked.",
  "smime.checking": "The certificate is still being checked.",
} as const;
