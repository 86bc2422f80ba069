import { silentLog } from '../../../support/silent-log';
import { expect, test } from 'vitest';
import { createLoginFailures } from '../../../../src/main/features/signing/login-failures';
import { createPkcs11Driver } from '../../../../src/main/features/signing/pkcs11-driver';
import { createPkcs11Token } from '../../../../src/main/features/signing/pkcs11-token';
import { serveTokenRequests } from '../../../../src/main/features/signing/serve-token-requests';
import { superviseModule } from '../../../../src/main/features/signing/supervise-module';
import type { TokenAnswer } from '../../../../src/main/features/signing/token-messages';
import type { TokenProcess } from '../../../../src/main/features/signing/token-process';
import { manualTimers } from '../../../support/manual-timers';

const thumbprint = 'ab'.repeat(32);

/** A token process in this one, on a machine where pkcs11js could not be built. */
function aServer() {
  let receive: (message: unknown) => void = () => undefined;
  const answers: TokenAnswer[] = [];
  let wake: () => void = () => undefined;
  serveTokenRequests(
    createPkcs11Driver({ modulePath: '/none', loadBinding: () => Promise.resolve(undefined) }),
    {
      onMessage: (listener) => {
        receive = listener;
      },
      send: (answer) => {
        answers.push(answer);
        wake();
      },
    },
  );
  return {
    answers,
    ask: (message: unknown) =>
      new Promise<TokenAnswer | undefined>((resolve) => {
        wake = () => resolve(answers.at(-1));
        receive(message);
      }),
  };
}

test.each([
  ['no object', 'list'],
  ['an unknown request', { id: 1, ask: 'load', path: '/tmp/evil.so' }],
  ['a path beside a request', { id: 1, ask: 'list', path: '/tmp/evil.so' }],
  ['no id', { ask: 'list' }],
  ['a PIN as text', { id: 1, ask: 'open', serial: 's', thumbprint, pin: '123456' }],
  [
    'a thumbprint that is none',
    { id: 1, ask: 'open', serial: 's', thumbprint: '', pin: 'onDevice' },
  ],
  ['SHA-1', { id: 1, ask: 'sign', data: new Uint8Array(1), hash: 'SHA-1' }],
  ['too many bytes', { id: 1, ask: 'sign', data: new Uint8Array(65_537), hash: 'SHA-256' }],
])('A-3: the token process refuses %s', async (_kind, message) => {
  expect(await aServer().ask(message)).toEqual({ answer: 'refused' });
});

test('without pkcs11js every driver is unusable, as a value', async () => {
  const server = aServer();

  expect(server.answers).toEqual([{ answer: 'ready' }]);
  expect(await server.ask({ id: 7, ask: 'list' })).toEqual({
    id: 7,
    answer: 'failed',
    failure: { code: 'token.driver-unusable' },
  });
});

test('K-10: the bytes of a PIN are wiped in the token process too', async () => {
  const pin = Uint8Array.of(49, 50, 51, 52);
  const server = aServer();

  await server.ask({ id: 1, ask: 'open', serial: 's', thumbprint, pin });
  await server.ask({ id: 2, ask: 'close' });

  expect([...pin]).toEqual([0, 0, 0, 0]);
});

/** A process that answers a request with whatever the test says. */
function aMadProcess(answerTo: (request: { readonly id: number }) => unknown) {
  let tell: (message: unknown) => void = () => undefined;
  let kills = 0;
  const process: TokenProcess = {
    send: (message) => queueMicrotask(() => tell(answerTo(message as { id: number }))),
    onMessage: (listener) => {
      tell = listener;
      queueMicrotask(() => listener({ answer: 'ready' }));
    },
    onExit: () => undefined,
    kill: () => {
      kills += 1;
    },
  };
  const client = superviseModule({
    module: { id: 'mad', path: '/none' },
    start: () => process,
    timers: manualTimers(),
    startMs: 1000,
    onGone: () => undefined,
  });
  return { client, kills: () => kills };
}

test.each([
  ['nothing known', () => ({ id: 1, answer: 'signedEverything' })],
  ['another request', ({ id }: { id: number }) => ({ id: id + 1, answer: 'closed' })],
  ['more than its answer', ({ id }: { id: number }) => ({ id, answer: 'closed', pin: '123456' })],
  ['that it refused ours', () => ({ answer: 'refused' })],
])('A-3: a token process that answers %s is killed', async (_kind, answerTo) => {
  const { client, kills } = aMadProcess(answerTo);

  const outcome = await client.call({ ask: 'close' }, { limitMs: 1000, mayStart: true });

  expect(outcome).toEqual({ kind: 'crashed' });
  expect(kills()).toBe(1);
  expect(client.isSuspect()).toBe(true);
});

test('A-2: a process that never gets ready is silent', async () => {
  const timers = manualTimers();
  const client = superviseModule({
    module: { id: 'slow', path: '/none' },
    start: () => ({
      send: () => undefined,
      onMessage: () => queueMicrotask(() => timers.advance(1000)),
      onExit: () => undefined,
      kill: () => undefined,
    }),
    timers,
    startMs: 1000,
    onGone: () => undefined,
  });

  expect(await client.call({ ask: 'list' }, { limitMs: 1, mayStart: true })).toEqual({
    kind: 'silent',
  });
});

test('a machine without any driver says so, listing and opening', async () => {
  const token = createPkcs11Token({
    modules: { usable: [], troubles: [] },
    start: () => {
      throw new Error('there is nothing to start');
    },
    timers: manualTimers(),
    failures: createLoginFailures(),
    log: silentLog,
  });
  const failure = { code: 'token.no-driver' };

  expect((await token.list()).troubles).toEqual([{ moduleId: '', failure }]);
  expect(await token.openSession(thumbprint, 'onDevice')).toEqual({ ok: false, error: failure });
});
