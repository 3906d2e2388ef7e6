export function signingKey(root: string, given: string | undefined): { pem: string; test: boolean };
