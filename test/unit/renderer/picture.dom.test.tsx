import { act } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { SigningPicture } from '@shared/domain/signing/signing-certificate';
import { isSoundPicture } from '@shared/domain/signing/picture-png';
import { toBase64 } from '@shared/kernel/bytes';
import { ok } from '@shared/kernel/result';
import { writeInkPng } from '@shared/pades/picture/write-png';
import type { Photo } from '@shared/pades/picture/photo';
import { TokenCheckPage } from '../../../src/renderer/features/token-check';
import { PictureDialog } from '../../../src/renderer/features/token-check/components/PictureDialog';
import { deflate } from '../../../src/renderer/features/token-check/decode-photo';
import type { CurrentSession } from '../../../src/renderer/data/session';
import { createFakeBridge } from '../../support/fake-bridge';
import { inkPhoto, type PhotoTroubles } from '../../support/ink-photos';
import {
  clerkSession,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import {
  button,
  eventually,
  field,
  pageText,
  press,
  showPage,
  typeText,
} from '../../support/page-harness';
import { anId } from '../../support/core-builders';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
  vi.unstubAllGlobals();
});

const images = (): readonly (readonly [string, string])[] =>
  [...document.querySelectorAll('img')].map((one) => [one.alt, one.style.width]);

/** The dialog with a photo in it. */
async function makeFrom(kind: 'handwriting' | 'seal', troubles: PhotoTroubles) {
  const taken: SigningPicture[] = [];
  const bridge = createFakeBridge({ session: signedInState() });
  ({ close } = await showPage(
    bridge,
    <PictureDialog
      kind={kind}
      ownerName="Nguyễn Thị Hạnh"
      takeLabel="Dùng ảnh này"
      onTake={(picture) => {
        taken.push(picture);
        return Promise.resolve(ok(undefined));
      }}
      onClose={() => undefined}
      decode={() => Promise.resolve(ok(inkPhoto(kind, troubles).photo))}
    />,
  ));
  await choose('image/jpeg');
  return taken;
}

async function choose(type: string): Promise<void> {
  const input = await eventually(() => document.querySelector<HTMLInputElement>('[type="file"]'));
  Object.defineProperty(input, 'files', {
    value: [new File(['x'], 'anh', { type })],
    configurable: true,
  });
  await act(async () => input.dispatchEvent(new Event('change', { bubbles: true })));
}

/** The browser's decoders and drawing, which the simulated DOM has not: every file is this photo. */
function standInForCanvas(photo: Photo): void {
  const context = {
    fillRect: () => undefined,
    drawImage: () => undefined,
    getImageData: () => ({ data: photo.rgba }),
  };
  const bitmap = { width: photo.width, height: photo.height, close: () => undefined };
  vi.stubGlobal('createImageBitmap', () => Promise.resolve(bitmap));
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext() {
        return context;
      }
    },
  );
}

test('S-13: a picture that was made beside the request goes with it', async () => {
  standInForCanvas(inkPhoto('handwriting', { noise: 4 }).photo);
  const thumbprint = 'b'.repeat(64);
  const certificate = {
    thumbprint,
    holderName: 'Nguyễn Thị Hạnh',
    organization: null,
    issuerName: null,
    notAfter: '2027-12-12T03:00:00.000Z',
    daysLeft: 300,
    endsSoon: false,
    registeredFor: null,
    renews: false,
  };
  const bridge = createFakeBridge({
    session: signedInState(),
    deviceCheck: {
      at: '2026-11-22T03:00:00.000Z',
      modules: [],
      softwareKeys: 'none',
      tokens: [
        {
          moduleId: 'vnpt',
          label: 'TOKEN',
          maskedSerial: '••••6789',
          pin: 'ok',
          failedLogins: 0,
          typesPinOnDevice: false,
          isSoftware: false,
          certificates: [certificate],
        },
      ],
      lastFailures: [],
    },
  });
  ({ close } = await showPage(bridge, <TokenCheckPage />));
  await eventually(() => button('Tạo ảnh chữ ký…'));
  expect(button('Tạo ảnh dấu…')).toBeDefined();
  await press('Tạo ảnh chữ ký…');
  await choose('application/pdf');
  await eventually(() => pageText().includes('Không mở được ảnh này'));
  await choose('image/jpeg');
  await eventually(() => images().length > 0);
  await press('Dùng ảnh này');
  await eventually(() => pageText().includes('Ảnh này gửi kèm đề nghị đăng ký'));
  await press('Đây là thiết bị của tôi…');

  const [asked] = bridge.calls.filter(({ channel }) => channel === 'signing.beginProof');
  expect(asked?.input).toMatchObject({
    purpose: 'bind',
    thumbprint,
    organId: null,
    picture: { widthMm: 45 },
  });
});

test('S-13: a signature is made from a photo and shown in its real size above its name', async () => {
  const taken = await makeFrom('handwriting', { noise: 4, darkCorner: 0.6 });
  await eventually(() => images().length > 0);

  expect(images()).toEqual([['Ảnh chữ ký của Nguyễn Thị Hạnh', '45mm']]);
  expect(pageText()).toContain('Đúng cỡ khi in: rộng 45 mm');
  expect(pageText()).toContain('Nguyễn Thị Hạnh');
  await press('Dùng ảnh này');
  expect(taken.map(isSoundPicture)).toEqual([true]);
  expect(taken[0]?.widthMm).toBe(45);
});

test('S-13: a typed width is what it is shown and taken with; one that cannot be is not taken', async () => {
  const taken = await makeFrom('seal', { noise: 4 });
  await eventually(() => images().some(([, width]) => width === '36mm'));
  const width = field('mm');
  await act(async () => width.select());
  await typeText(width, '0');

  await eventually(() => pageText().includes('Bề rộng phải từ 20 đến 80 mm'));
  await press('Dùng ảnh này');
  expect(taken).toEqual([]);
});

test('S-13: two marks of a known distance give the width', async () => {
  await makeFrom('handwriting', { noise: 4 });
  await eventually(() => images().length > 0);
  const byMarks = [...document.querySelectorAll<HTMLInputElement>('[type="radio"]')].find(
    ({ value }) => value === 'marks',
  );
  await act(async () => byMarks?.click());

  // The marks are 0.6 of 640 pixels apart, and 40 mm; the ink is 416 pixels wide.
  await eventually(() =>
    images().some(([, width]) => Math.abs(Number.parseFloat(width) - 43.3) < 0.3),
  );
  const mark = document.querySelector('[aria-label="Dấu đo 2"]');
  await act(async () => {
    for (let press = 0; press < 20; press++)
      mark?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
  });
  await eventually(() => images().some(([, width]) => Number.parseFloat(width) > 43.6));
});

test('S-13: black ink is refused in words, and nothing can be taken', async () => {
  const taken = await makeFrom('seal', { ink: 'black', noise: 4 });
  await eventually(() => pageText().includes('không đúng màu mực'));

  expect(pageText()).toContain('dấu phải là mực đỏ');
  await press('Dùng ảnh này');
  expect(taken).toEqual([]);
});

const pictureOf = async (widthMm: number): Promise<SigningPicture> => {
  const alpha = new Uint8Array(200 * 80).fill(200);
  const png = await writeInkPng({ width: 200, height: 80, alpha, colour: [20, 40, 150] }, deflate);
  return { png: toBase64(png), widthMm };
};

const RECORD = anId(12, 5);

/** The page of somebody of the office, with one registered certificate. */
async function showCertificate(me: 'owner' | 'head' | 'expert', over: object = {}) {
  const head = { role: 'lanhDaoVanPhong', organId: sampleIds.organ } as const;
  const expert = { role: 'chuyenVien', organId: sampleIds.organ } as const;
  const base = clerkSession();
  const session = {
    ...base,
    // An owner who decides what others ask for.
    user: { ...base.user, grants: [me === 'expert' ? expert : head] },
  } as unknown as CurrentSession;
  const bridge = createFakeBridge({
    session: { ...signedInState(), current: session },
    serverDelayMs: 20,
  });
  const content = {
    id: RECORD,
    officeId: sampleIds.office,
    thumbprint: 'a'.repeat(64),
    owner: { kind: 'person', userId: me === 'owner' ? sampleIds.clerk : anId(4, 9) },
    holderName: 'Trần Văn Bình',
    picture: await pictureOf(40),
    active: true,
    ...over,
  };
  bridge.seed([...referenceRecords(), { type: 'signingCertificate', id: RECORD, content }]);
  ({ close } = await showPage(bridge, <TokenCheckPage />, session));
  return bridge;
}

const waiting = async () => ({
  pictureChange: {
    id: anId(15, 1),
    state: 'choXacNhan',
    picture: await pictureOf(50),
    requestedBy: anId(4, 9),
    requestedAt: '2026-03-02T02:00:00.000Z',
    decidedBy: null,
    reason: null,
  },
});

test('S-13: the holder sees the picture in use and may ask for another, and confirms none of their own', async () => {
  const change = await waiting();
  await showCertificate('owner', {
    pictureChange: { ...change.pictureChange, requestedBy: sampleIds.clerk },
  });
  await eventually(() => button('Đổi ảnh chữ ký…'));

  expect(pageText()).toContain('Ảnh mới đang chờ duyệt');
  expect(button('Duyệt ảnh')).toBeUndefined();
});

test('S-13: the head of the office sees old and new side by side and confirms the one that is seen', async () => {
  const bridge = await showCertificate('head', await waiting());
  await eventually(() => button('Duyệt ảnh'));

  expect(images()).toEqual([
    ['Đang dùng: Ảnh chữ ký của Trần Văn Bình', '40mm'],
    ['Đề nghị đổi thành: Ảnh chữ ký của Trần Văn Bình', '50mm'],
  ]);
  expect(button('Đổi ảnh chữ ký…')).toBeUndefined();
  await press('Duyệt ảnh');
  await eventually(() => pageText().includes('Chỉ duyệt khi biết chắc'));
  await press('Duyệt ảnh');
  await eventually(() => bridge.appended.length > 0);
  expect(bridge.appended).toMatchObject([
    { kind: 'cmd.confirmPicture', body: { change: anId(15, 1) }, role: 'lanhDaoVanPhong' },
  ]);
});

test('S-13: a refusal asks for its reason', async () => {
  const bridge = await showCertificate('head', await waiting());
  await eventually(() => button('Từ chối ảnh…'));
  await press('Từ chối ảnh…');
  await eventually(() => field('reason'));
  await press('Từ chối');
  await eventually(() => pageText().includes('Hãy ghi lý do'));
  await typeText(field('reason'), 'Chữ ký bị mờ');
  await press('Từ chối');

  await eventually(() => bridge.appended.length > 0);
  expect(bridge.appended).toMatchObject([
    { kind: 'cmd.refusePicture', body: { change: anId(15, 1), reason: 'Chữ ký bị mờ' } },
  ]);
});

test('S-13: a picture that waits is nobody else’s to see here', async () => {
  await showCertificate('expert', await waiting());
  await eventually(() => pageText().includes('Khóa phần mềm'));

  expect(pageText()).not.toContain('Ảnh chữ ký và ảnh dấu');
});
