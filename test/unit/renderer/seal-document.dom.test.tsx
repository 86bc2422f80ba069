import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealDocument } from '../../../src/renderer/features/dossier';
import { IncomingDetailPage } from '../../../src/renderer/features/incoming';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import { eventually, showPage } from '../../support/page-harness';

const documentId = sampleIds.document(4);

let bridge: FakeBridge;
let close: (() => Promise<void>) | undefined;

beforeEach(() => {
  // The server never answers: what is seen is what this machine does by itself.
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 60_000 });
});
afterEach(async () => {
  await close?.();
  close = undefined;
});

const button = (name: string) =>
  [...document.querySelectorAll('button')].find((found) => found.textContent === name);

test('§7.2: sealing asks to be understood, and the paper is gone here at once, also without a line', async () => {
  bridge.seed([
    ...referenceRecords(),
    { type: 'incomingDocument', id: documentId, content: incomingContent(4, {}) },
  ]);
  const { subject } = incomingContent(4, {}) as { readonly subject: string };
  ({ close } = await showPage(
    bridge,
    <>
      <IncomingDetailPage id={documentId} onClose={() => {}} onCorrect={() => {}} />
      <SealDocument documentId={documentId} />
    </>,
  ));
  await eventually(() => document.body.textContent?.includes(subject) && button('Niêm phong…'));

  await act(async () => button('Niêm phong…')?.click());
  const confirm = await eventually(() => button('Niêm phong'));
  expect(confirm.disabled).toBe(true);
  const box = document.querySelector<HTMLInputElement>('input[type="checkbox"]');
  await act(async () => box?.click());
  await act(async () => button('Niêm phong')?.click());

  await eventually(() => !document.body.textContent?.includes(subject), 'the empty page');
  expect(button('Niêm phong…')).toBeUndefined();
});
