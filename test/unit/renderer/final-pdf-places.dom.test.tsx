import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { PlacesOrigin } from '@shared/domain/signing/places-origin';
import { FileHash } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';
import { FinalPdfChoice } from '../../../src/renderer/features/outgoing/components/FinalPdfChoice';
import { MarkFrame } from '../../../src/renderer/features/viewer/components/MarkFrame';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, pageText, press, showPage } from '../../support/page-harness';

const box = { left: 0.5, top: 0.5, width: 0.2, height: 0.1 };

async function showFrame() {
  const corners: { readonly left: number; readonly top: number }[] = [];
  const page = document.createElement('div');
  document.body.append(page);
  const mark = {
    page: 1,
    box,
    label: 'Chữ ký',
    onMove: (corner: (typeof corners)[0]) => corners.push(corner),
  };
  await act(async () =>
    createRoot(page).render(<MarkFrame mark={mark} pageWidth={794} pageHeight={1123} />),
  );
  const frame = page.querySelector<HTMLElement>('[aria-label="Chữ ký"]');
  if (!frame) throw new Error('no frame');
  const press = (key: string, shiftKey = false) =>
    act(async () => {
      frame.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
    });
  return { corners, press };
}

test('S-9, S-19: an arrow key moves the frame of a field by a millimetre, with Shift by five', async () => {
  const { corners, press } = await showFrame();

  await press('ArrowRight');
  await press('ArrowUp', true);

  expect(((corners[0]?.left ?? 0) - box.left) * 210).toBeCloseTo(1, 1);
  expect(corners[0]?.top).toBe(box.top);
  expect((box.top - (corners[1]?.top ?? 0)) * 297).toBeCloseTo(5, 1);
});

const draft = {
  sha256: FileHash.parse('ab'.repeat(32)),
  name: 'du-thao.pdf',
  sizeBytes: 9,
  mime: 'application/pdf',
  role: 'duThao' as const,
};

/** The choice of a draft whose places main finds, or does not. */
async function chooseDraft(origin: PlacesOrigin) {
  const chosen: (AttachedFile | undefined)[] = [];
  const fake = createFakeBridge({ session: signedInState() });
  const answer = ok({ file: draft, origin, fields: [] });
  const bridge = {
    ...fake,
    call: (async (channel, input) =>
      channel === 'signing.prepareFields'
        ? answer
        : fake.call(channel, input)) as FakeBridge['call'],
  };
  const { close } = await showPage(
    bridge,
    <FinalPdfChoice
      drafts={[draft]}
      chosen={undefined}
      onChoose={(pdf) => chosen.push(pdf)}
      error={undefined}
    />,
  );
  await press('Dùng tệp dự thảo “du-thao.pdf”');
  await eventually(() => pageText().includes('Xem và chuyển các ô'));
  const text = pageText();
  await close();
  return { text, chosen: chosen.at(-1)?.name };
}

test('S-9: a draft whose places are unsure is not taken before a person has put them; the reason is said', async () => {
  const unsure = await chooseDraft({ from: 'usual', doubt: 'noNumber' });
  const sure = await chooseDraft({ from: 'text' });

  expect(unsure.text).toContain('Không thấy chỗ trống sau chữ “Số:”');
  expect(unsure.chosen).toBeUndefined();
  expect(sure.chosen).toBe('du-thao.pdf');
});
