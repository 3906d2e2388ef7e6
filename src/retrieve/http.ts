import { type IncomingMessage, request as overHttp, type RequestOptions } from "node:http";
import { request as overHttps } from "node:https";
import { isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Bytes, concat } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { isHttp } from "../pki/revocation/sources.ts";
import { refusedStatus, type Retrieval, type RetrievalRules } from "../protocol/retrieval.ts";
import { bare, isListed, judgedAddresses, pinned, refusePrivateLiteral, type Resolve } from "./addresses.ts";
import { type Network, serverTrust } from "./network.ts";
import { throughProxy, tunnel } from "./proxy.ts";

const REDIRECTS = 3;
const TYPES = { ocsp: "application/ocsp-request", crl: null, issuer: null, directory: null } as const;

export interface HttpWay {
  rules: Pick<RetrievalRules, "allowedHosts">;
  network: Network;
  resolve: Resolve;
  deadline: AbortSignal;
}

/**
 * Fetches over HTTP. The name is resolved here, once, and a connection goes only to addresses that were judged, so that a name
 * cannot point elsewhere a moment later; every redirect is judged anew. A proxy resolves names itself: then a literal address is
 * all that can be judged. Hosts that are listed lie inside and are asked without it. Throws the codes of `Fetcher`.
 */
export async function fetchOverHttp(question: Retrieval, way: HttpWay, place = question.url, redirects = REDIRECTS): Promise<Bytes> {
  if (!isHttp(place)) throw new SmimeError("revocation.fetch");
  const url = new URL(place);
  const response = await ask(question, url, way);
  const location = response.headers.location;
  if ([301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && location !== undefined) {
    response.destroy();
    // What a directory says is not signed: only its own host, by the way that was asked for, may say it.
    if (question.kind === "directory" || redirects === 0 || !URL.canParse(location, url)) throw new SmimeError("revocation.fetch");
    return fetchOverHttp(question, way, new URL(location, url).href, redirects - 1);
  }
  if (response.statusCode !== 200) {
    response.destroy();
    // RFC 4387 §2.2: a store of certificates says so that it has none, which is an answer.
    if (question.kind === "directory" && (response.statusCode === 404 || response.statusCode === 204)) return new Uint8Array();
    throw refusedStatus(response.statusCode);
  }
  return bodyOf(response, question.size, way.deadline);
}

async function ask(question: Retrieval, url: URL, way: HttpWay): Promise<IncomingMessage> {
  try {
    return await send(question, url, await wayTo(url, way), way.deadline);
  } catch (error) {
    throw failure(error, way.deadline);
  }
}

/** How to get to a host: to an address that was judged, or through the proxy. */
async function wayTo(url: URL, { rules, network, resolve, deadline }: HttpWay): Promise<RequestOptions> {
  const secureContext = url.protocol === "https:" ? serverTrust(network) : undefined;
  if (network.proxy === null || isListed(url.hostname, rules)) return { ...pinned(await judgedAddresses(url.hostname, rules, deadline, resolve)), secureContext } as RequestOptions;
  refusePrivateLiteral(url.hostname, rules);
  if (url.protocol === "http:") return throughProxy(network.proxy, url);
  const socket = await tunnel(network.proxy, url, deadline);
  const name = bare(url.hostname);
  // With an agent of any kind Node would not ask for the connection here.
  return { agent: undefined, createConnection: () => connectTls({ socket, secureContext, host: name, ...(isIP(name) === 0 ? { servername: name } : {}) }) };
}

function send({ kind, body }: Retrieval, url: URL, way: RequestOptions, deadline: AbortSignal): Promise<IncomingMessage> {
  const type = TYPES[kind];
  const options: RequestOptions = {
    method: body === null ? "GET" : "POST",
    headers: { Host: url.host, ...(body === null || type === null ? {} : { "Content-Type": type, "Content-Length": body.length }) },
    signal: deadline,
    // An agent of its own keeps no connection, which might lead to an address of another time.
    agent: false,
    ...way,
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? overHttps : overHttp)(url, options, resolve);
    request.on("error", reject);
    request.end(body ?? undefined);
  });
}

async function bodyOf(response: IncomingMessage, size: number, deadline: AbortSignal): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > size) throw new SmimeError("limits.revocation");
      parts.push(part);
    }
  } catch (error) {
    throw failure(error, deadline);
  }
  return concat(...parts);
}

function failure(error: unknown, deadline: AbortSignal): SmimeError {
  if (error instanceof SmimeError) return error;
  return new SmimeError(deadline.aborted ? "revocation.fetch-time" : "revocation.fetch", { cause: error });
}
