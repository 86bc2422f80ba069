import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Longest revocation list taken, bytes, and how long it may take, milliseconds. */
const publicLimits = { maxBytes: 20 * 1024 * 1024, timeoutMs: 10_000 };

/**
 * Fetches what certification authorities publish for everybody (revocation lists, RFC 5280 §5). Over HTTP as they do;
 * no redirect is followed, and size and time have a limit.
 */
export async function fetchPublic(
  address: string,
  { maxBytes, timeoutMs } = publicLimits,
): Promise<Uint8Array | undefined> {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const sent = request(url, { signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      const parts: Buffer[] = [];
      let length = 0;
      if (answer.statusCode !== 200) {
        answer.resume();
        resolve(undefined);
        return;
      }
      answer.on('data', (part: Buffer) => {
        length += part.length;
        if (length > maxBytes) {
          resolve(undefined);
          sent.destroy();
        } else {
          parts.push(part);
        }
      });
      answer.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
      answer.on('error', () => resolve(undefined));
    });
    sent.on('error', () => resolve(undefined));
    sent.end();
  });
}
