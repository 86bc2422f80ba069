import { expect, test } from 'vitest';
import { isTrustedSender } from '../../../../src/main/ipc/trusted-sender';

test.each([
  ['our page', { url: 'app://bundle/index.html', parent: null }, true],
  ['our page at a route', { url: 'app://bundle/index.html#/van-ban-den', parent: null }, true],
  ['a frame inside our page', { url: 'app://bundle/index.html', parent: {} }, false],
  ['the signing page', { url: 'app://bundle/signing.html', parent: null }, false],
  ['another host', { url: 'app://evil/index.html', parent: null }, false],
  ['the web', { url: 'https://bundle/index.html', parent: null }, false],
  ['a look-alike', { url: 'app://bundle.evil/index.html', parent: null }, false],
  ['no frame', null, false],
])('%s may call main: %s', (_name, frame, trusted) => {
  expect(isTrustedSender(frame, 'index.html')).toBe(trusted);
});
