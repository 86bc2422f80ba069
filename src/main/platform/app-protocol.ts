import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { contentPolicy } from './web-security';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  wasm: 'application/wasm',
  json: 'application/json',
  bcmap: 'application/octet-stream',
  pfb: 'application/octet-stream',
};

/** The place in `index.html` where the nonce of this load goes. */
const NONCE_MARK = '__CSP_NONCE__';

/** Files of the content store as the page may read them: by hash, and only while somebody is signed in. */
export interface PageContent {
  /** Bytes; undefined when the page may not read it now. */
  readonly sizeOf: (sha256: string) => Promise<number | undefined>;
  readonly read: (sha256: string, start: number, end: number) => Promise<Uint8Array | undefined>;
}

/**
 * Answers `app://bundle/…` from the renderer's folder and `app://bundle/content/<sha256>` from the content store, and
 * nothing else: no other host, no way out of the folder, only GET. Pages get a fresh nonce and the policy with it.
 */
export function createAppProtocol(rendererFolder: string, content: PageContent) {
  return async (request: AppRequest): Promise<Response> => {
    const url = new URL(request.url);
    if (url.host !== 'bundle' || request.method !== 'GET') return refuse(404);
    const sha256 = /^\/content\/([0-9a-f]{64})$/.exec(url.pathname)?.[1];
    if (sha256 !== undefined) return contentAnswer(content, sha256, request.headers.get('range'));
    const path = fileIn(rendererFolder, url.pathname);
    if (!path) return refuse(404);
    const extension = path.split('.').at(-1) ?? '';
    try {
      const bytes = await readFile(path);
      return extension === 'html' ? page(bytes) : file(bytes, types[extension]);
    } catch {
      return refuse(404);
    }
  };
}

export type AppRequest = Pick<Request, 'url' | 'method' | 'headers'>;

/** One answer carries at most this much; a viewer asks on (RFC 9110 §14). */
const MOST_RANGE_BYTES = 4 * 1024 * 1024;

/** A file, or the range of it that is asked for; it is data, whatever it claims to be. */
async function contentAnswer(
  content: PageContent,
  sha256: string,
  range: string | null,
): Promise<Response> {
  const size = await content.sizeOf(sha256);
  if (size === undefined) return refuse(404);
  const headers = {
    ...safeHeaders,
    'content-type': 'application/octet-stream',
    'content-security-policy': "default-src 'none'; sandbox",
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
  };
  if (range === null) {
    const bytes = await content.read(sha256, 0, size);
    return bytes
      ? new Response(new Uint8Array(bytes), {
          headers: { ...headers, 'content-length': String(size) },
        })
      : refuse(404);
  }
  const wanted = parseRange(range, size);
  if (!wanted)
    return new Response('', {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${size}` },
    });
  const bytes = await content.read(sha256, wanted.start, wanted.end);
  if (!bytes) return refuse(404);
  return new Response(new Uint8Array(bytes), {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(bytes.length),
      'content-range': `bytes ${wanted.start}-${wanted.end - 1}/${size}`,
    },
  });
}

/** `bytes=a-b`, `bytes=a-` or `bytes=-n`; `end` exclusive. Undefined for what cannot be satisfied. */
export function parseRange(
  range: string,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  const [from = '', to = ''] = match?.slice(1) ?? [];
  if (!match || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > last) return undefined;
  return { start, end: Math.min(last + 1, start + MOST_RANGE_BYTES) };
}

/** The file that a path names inside the folder; undefined when it leads out of it. */
export function fileIn(folder: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const path = normalize(join(folder, decoded === '/' ? 'index.html' : decoded));
  return path.startsWith(normalize(folder) + sep) ? path : undefined;
}

function page(bytes: Buffer): Response {
  const nonce = randomBytes(18).toString('base64');
  return new Response(bytes.toString('utf8').replaceAll(NONCE_MARK, nonce), {
    headers: {
      ...safeHeaders,
      'content-type': types['html'] ?? '',
      'content-security-policy': contentPolicy(nonce),
      'cache-control': 'no-store',
    },
  });
}

const file = (bytes: Buffer, type = 'application/octet-stream'): Response =>
  new Response(new Uint8Array(bytes), { headers: { ...safeHeaders, 'content-type': type } });

const refuse = (status: number): Response => new Response('', { status, headers: safeHeaders });

const safeHeaders = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
