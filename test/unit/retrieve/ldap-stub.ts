import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { concat, utf8 } from "../../../src/base/bytes.ts";

/** An element with a short or a long length, as servers write them. */
export function tlv(tag: number, ...content: (Uint8Array | string)[]): Uint8Array {
  const body = concat(...content.map((part) => (typeof part === "string" ? utf8(part) : part)));
  if (body.length < 0x80) return concat(new Uint8Array([tag, body.length]), body);
  const head = new Uint8Array([tag, 0x84, 0, 0, 0, 0]);
  new DataView(head.buffer).setUint32(2, body.length);
  return concat(head, body);
}

const id = (number: number): Uint8Array => tlv(0x02, new Uint8Array([number]));
export const message = (number: number, op: Uint8Array): Uint8Array => tlv(0x30, id(number), op);
export const result = (tag: number, code = 0): Uint8Array => tlv(tag, tlv(0x0a, new Uint8Array([code])), tlv(0x04), tlv(0x04));
export const DONE = 0x65;
export const BOUND = 0x61;

export function entry(dn: string, attributes: Record<string, (Uint8Array | string)[]>): Uint8Array {
  return tlv(0x64, tlv(0x04, dn), tlv(0x30, ...Object.entries(attributes).map(([name, values]) => tlv(0x30, tlv(0x04, name), tlv(0x31, ...values.map((value) => tlv(0x04, value)))))));
}

export interface Asked {
  id: number;
  /** Identifier octet of the operation: 0x60 bind, 0x63 search, 0x77 extended. */
  op: number;
  raw: Uint8Array;
}

export interface LdapStub {
  url: string;
  port: number;
  asked: Asked[];
  close(): void;
}

/** An LDAP server on loopback that says whatever the test wants; each request of the client comes in one piece. */
export async function ldapStub(answer: (asked: Asked, socket: Socket) => void): Promise<LdapStub> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (octets: Uint8Array) => {
      const one = { id: octets[octets.indexOf(2) + 2] as number, op: octets[octets.indexOf(2) + 3] as number, raw: octets };
      if (octets[0] === 0x30) asked.push(one);
      answer(one, socket);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ldap://127.0.0.1:${port}`,
    port,
    asked,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
