import { expect, test } from 'vitest';
import { aDraft, anId } from '../../support/core-builders';
import { startProgram } from '../../support/main-program';
import { temporaryFolder } from '../../support/temporary-folder';

const failure = (code: string) => ({ ok: false, error: { code } });

const aProgram = () => startProgram({ folder: temporaryFolder() });

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
