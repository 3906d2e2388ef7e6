export interface PolicyFile {
  path: string;
  bytes: Uint8Array;
}
export function policyFiles(linux: string, firefox: string, schema: object): PolicyFile[];
export function ownPolicyFiles(folder: string, own: { id: string; base: string; xpi: string; schema: object }): PolicyFile[];
