import { silentLog } from '../../support/silent-log';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '../../../src/main/compose';
import { aDraft, anId } from '../../support/core-builders';
import { temporaryFolder } from '../../support/temporary-folder';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const failure = (code: string) => ({ ok: false, error: { code } });

/** The program behind the window, in plain Node, with nobody enrolled. */
async function aProgram() {
  const folder = temporaryFolder();
  const windowCalls: string[] = [];
  const composition = await compose({
    dataFolder: folder,
    system: {
      isAvailable: () => true,
      encrypt: (text) => Buffer.from(text),
      decrypt: (bytes) => Buffer.from(bytes).toString(),
    },
    machineId: 'máy thử',
    settings: {
      syncIdleMs: 3_600_000,
      pkcs11Modules: [],
      tokenLimitMs: undefined,
      trustFolder: undefined,
      anchorFolders: [],
    },
    version: '0',
    runtime: 'test',
    announce: () => undefined,
    readyToClose: () => undefined,
    stayOpen: () => undefined,
    textWorker: join(folder, 'none.js'),
    padesWorker: join(folder, 'none.js'),
    resources: at('resources'),
    token: {
      list: () => Promise.resolve({ certificates: [], tokens: [], troubles: [] }),
      openSession: () => Promise.reject(new Error('no token is asked for')),
      stop: () => Promise.resolve(),
    },
    signingWindow: {
      show: () => void windowCalls.push('show'),
      close: () => void windowCalls.push('close'),
      announce: () => undefined,
    },
    fetchPublic: () => Promise.resolve(undefined),
    chooseWorkFile: {
      toSave: () => Promise.resolve(undefined),
      toOpen: () => Promise.resolve(undefined),
    },
    saveCopy: () => Promise.resolve(false),
    log: silentLog,
  });
  onTestFinished(() => composition.stop());
  return { ...composition, windowCalls };
}

const signingAct = (kind: string) =>
  aDraft({ kind, target: { type: 'outgoingDocument', id: anId(6, 1) }, body: {} });

test.each(['cmd.recordSignature', 'cmd.recordSeal'])(
  'A-4: the page cannot save %s, alone or among others',
  async (kind) => {
    const { handlers } = await aProgram();
    const append = handlers['operations.append'];

    expect(await append({ drafts: [signingAct(kind)] })).toEqual(failure('ipc.invalid-input'));
    expect(await append({ drafts: [aDraft(), signingAct(kind)] })).toEqual(
      failure('ipc.invalid-input'),
    );
    // Another act goes as far as the question who does it.
    expect(await append({ drafts: [aDraft()] })).toEqual(failure('session.not-signed-in'));
  },
);

test.each([
  ['a digest', { digest: '00'.repeat(32) }],
  ['bytes', { bytes: Uint8Array.of(1) }],
  ['a file', { file: 'a.pdf' }],
])('A-4: the page cannot begin to sign %s of its own', async (_what, more) => {
  const { handlers } = await aProgram();
  const request = { intent: 'leader', documentIds: [anId(6, 1)] };

  expect(await handlers['signing.begin']({ ...request, ...more })).toEqual(
    failure('ipc.invalid-input'),
  );
  expect(await handlers['signing.begin'](request)).toEqual(failure('session.not-signed-in'));
});

test('K-11: a locked screen or a machine that sleeps closes the signing window', async () => {
  const { leaveSigning, windowCalls } = await aProgram();

  leaveSigning();

  expect(windowCalls).toEqual(['close']);
});
