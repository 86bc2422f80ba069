import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAppProtocol, parseRange } from '../../../../src/main/platform/app-protocol';
import { temporaryFolder } from '../../../support/temporary-folder';

function handler() {
  const folder = join(temporaryFolder(), 'renderer');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<meta nonce="__CSP_NONCE__">');
  writeFileSync(join(folder, 'main.js'), 'export {}');
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
  return createAppProtocol(folder, {
    sizeOf: async (sha256) => (sha256 === HELD ? BYTES.length : undefined),
    read: async (_sha256, start, end) => BYTES.subarray(start, end),
  });
}
const HELD = 'ab'.repeat(32);
const BYTES = Buffer.from('%PDF-1.7 nội dung');
const get = (url: string, range?: string) => ({
  url,
  method: 'GET',
  headers: new Headers(range === undefined ? {} : { range }),
});

test('the page gets a fresh nonce and the policy that names it', async () => {
  const answer = handler();
  const [first, second] = [
    await answer(get('app://bundle/index.html')),
    await answer(get('app://bundle/')),
  ];
  const [html, other] = [await first.text(), await second.text()];
  const nonce = /nonce="([^"]+)"/.exec(html)?.[1] ?? '';

  expect(nonce.length).toBeGreaterThan(20);
  expect(first.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
  expect(other).not.toContain(nonce);
});

test('files have their type and cannot be taken for another', async () => {
  const script = await handler()(get('app://bundle/main.js'));

  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each([
  'app://bundle/../secret.txt',
  'app://bundle/%2e%2e/secret.txt',
  'app://bundle/..%2fsecret.txt',
  'app://bundle/%2e%2e%5csecret.txt',
  'app://bundle/a%00.js',
  'app://bundle/%E0%A4%A',
  'app://other/index.html',
  'app://bundle/missing.js',
])('%s is not found', async (url) => {
  const answer = await handler()(get(url));

  expect(answer.status).toBe(404);
});

test('only GET is answered', async () => {
  const answer = await handler()({ ...get('app://bundle/index.html'), method: 'POST' });

  expect(answer.status).toBe(404);
});

test('a held file is read whole or in ranges, as data and nothing else', async () => {
  const whole = await handler()(get(`app://bundle/content/${HELD}`));
  const part = await handler()(get(`app://bundle/content/${HELD}`, 'bytes=0-3'));

  expect(Buffer.from(await whole.arrayBuffer())).toEqual(BYTES);
  expect(whole.headers.get('content-type')).toBe('application/octet-stream');
  expect(whole.headers.get('content-security-policy')).toContain('sandbox');
  expect([part.status, await part.text()]).toEqual([206, '%PDF']);
  expect(part.headers.get('content-range')).toBe(`bytes 0-3/${BYTES.length}`);
});

test('a file that the page may not read is not found, and a range beyond the end is refused', async () => {
  const other = await handler()(get(`app://bundle/content/${'cd'.repeat(32)}`));
  const beyond = await handler()(get(`app://bundle/content/${HELD}`, 'bytes=900-'));

  expect([other.status, beyond.status]).toEqual([404, 416]);
});

test.each([
  ['bytes=0-9', { start: 0, end: 10 }],
  ['bytes=90-', { start: 90, end: 100 }],
  ['bytes=-10', { start: 90, end: 100 }],
  ['bytes=50-500', { start: 50, end: 100 }],
  ['bytes=100-', undefined],
  ['bytes=-', undefined],
  ['bytes=5-2', undefined],
  ['items=0-1', undefined],
])('of 100 bytes, %s is %o', (range, wanted) => {
  expect(parseRange(range, 100)).toEqual(wanted);
});
