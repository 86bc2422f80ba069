import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Longest revocation list taken, bytes, and how long it may take, milliseconds. */
const publicLimits = { maxBytes: 20 * 1024 * 1024, timeoutMs: 10_000 };

/** Of an OCSP answer or a timestamp: somebody who signs is waiting. */
const answerLimits = { maxBytes: 100 * 1024, timeoutMs: 5000 };

/** A request in DER, asked by POST (RFC 6960 appendix A.1, RFC 3161 §3.4). */
export interface PublicQuestion {
  readonly contentType: 'application/ocsp-request' | 'application/timestamp-query';
  readonly body: Uint8Array;
}

/**
 * Fetches what certification authorities publish for everybody (revocation lists, RFC 5280 §5), or asks one of them a
 * question. Over HTTP as they do; no redirect is followed, and size and time have a limit.
 */
export async function fetchPublic(
  address: string,
  question?: PublicQuestion,
  { maxBytes, timeoutMs } = question ? answerLimits : publicLimits,
): Promise<Uint8Array | undefined> {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const asking = question && {
      method: 'POST',
      headers: { 'content-type': question.contentType, 'content-length': question.body.length },
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, { ...asking, signal }, (answer) => {
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
    sent.end(question?.body);
  });
}
