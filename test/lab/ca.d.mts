export type Certificates = import("./lab.mjs").Lab["certificates"];

/** Makes root, issuing authority and everybody's certificate, or takes those of an earlier lab. */
export function makeCertificates(folder: string): Promise<Certificates>;
