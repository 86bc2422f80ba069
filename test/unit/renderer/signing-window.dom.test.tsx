import { MantineProvider } from '@mantine/core';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SigningBridgeProvider } from '../../../src/renderer/signing-window/signing-bridge';
import { SigningScreen } from '../../../src/renderer/signing-window/SigningScreen';
import type {
  KeyJob,
  OfferedCertificate,
  ProofJob,
  SigningBridge,
  SigningItem,
  SigningJob,
  SigningOutput,
} from '@shared/ipc/signing-contract';
import { fromUtf8 } from '@shared/kernel/bytes';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import { eventually, pressKey, tick, typeLikeUnikey, typeText } from '../../support/page-harness';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const item = (n: number, over: Partial<SigningItem> = {}): SigningItem => ({
  documentId: idOf(n),
  title: `Kế hoạch: số ${n}`,
  signerName: 'Trần Văn Bình',
  signerPosition: 'CHỦ TỊCH',
  codeDisplay: null,
  issuedDate: null,
  state: 'waiting',
  failure: null,
  level: null,
  isOpened: true,
  findings: null,
  ...over,
});
const certificate = (over: Partial<OfferedCertificate> = {}): OfferedCertificate => ({
  thumbprint: 'a'.repeat(64),
  holderName: 'Trần Văn Bình',
  organization: null,
  issuerName: null,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2028-01-01T00:00:00.000Z',
  tokenLabel: 'TOKEN',
  refusal: null,
  pin: 'ok',
  failedLogins: 0,
  pinLength: { min: 6, max: 12 },
  typesPinOnDevice: false,
  ...over,
});

interface Screen {
  readonly main: {
    job: Partial<SigningJob>;
    listed: Result<SigningOutput<'signing.listCertificates'>>;
    answer: Result<SigningOutput<'signing.sign'>>;
    proof: ProofJob | null;
    keyWork: KeyJob | null;
    keyAnswer: Result<undefined>;
    onOpen?: (documentId: string) => void;
  };
  /** PINs that came to `signing.prove`. */
  readonly proofs: readonly string[];
  /** What came to `signing.sign`, with the PIN as it was then. */
  readonly presses: {
    readonly pin: string;
    readonly documentIds: readonly string[];
    readonly unreadIds: readonly string[];
    readonly acceptedIds: readonly string[];
  }[];
  /** What came to `signing.doKeyWork`. */
  readonly keyWorks: { readonly secret: string; readonly newPin: string }[];
  readonly skipped: readonly string[];
  /** What came to `signing.returnDocument`. */
  readonly returned: readonly { readonly documentId: string; readonly reason: string }[];
  readonly announce: () => Promise<void>;
  readonly pinField: () => Promise<HTMLInputElement>;
}

/** The signing window over a main that only answers. */
async function show(
  job: Partial<SigningJob> = {},
  certificates: readonly OfferedCertificate[] = [certificate()],
): Promise<Screen> {
  const listeners = new Set<() => void>();
  const presses: Screen['presses'] = [];
  const skipped: string[] = [];
  const returned: { readonly documentId: string; readonly reason: string }[] = [];
  const proofs: string[] = [];
  const main: Screen['main'] = {
    job,
    listed: ok({ certificates, troubles: [] }),
    answer: ok({ signed: 1 }),
    proof: null,
    keyWork: null,
    keyAnswer: ok(undefined),
  };
  const keyWorks: Screen['keyWorks'] = [];
  const answers = {
    'signing.describe': () =>
      ok({
        round: 1,
        intent: 'leader',
        personName: 'Trần Văn Bình',
        organName: 'UBND xã Tân Hòa',
        items: [item(1)],
        phase: 'reading',
        asksForTime: false,
        asksForTimestamps: false,
        now: '2026-11-22T02:00:00.000Z',
        ...main.job,
      }),
    'signing.describeProof': () => ok(main.proof),
    'signing.describeKeyWork': () => ok(main.keyWork),
    'signing.doKeyWork': (input: { secret: Uint8Array; newPin: Uint8Array }) => {
      keyWorks.push({ secret: fromUtf8(input.secret), newPin: fromUtf8(input.newPin) });
      return main.keyAnswer;
    },
    'signing.prove': (input: { pin: Uint8Array | 'onDevice' }) => {
      proofs.push(input.pin === 'onDevice' ? input.pin : fromUtf8(input.pin));
      return ok(undefined);
    },
    'signing.openDocument': ({ documentId }: { documentId: string }) => {
      main.onOpen?.(documentId);
      return err({ code: 'files.missing' } satisfies Failure);
    },
    'signing.pageShown': () => ok(undefined),
    'signing.listCertificates': () => main.listed,
    'signing.sign': (
      input: { pin: Uint8Array | 'onDevice' } & Omit<Screen['presses'][number], 'pin'>,
    ) => {
      presses.push({ ...input, pin: input.pin === 'onDevice' ? input.pin : fromUtf8(input.pin) });
      return main.answer;
    },
    'signing.skip': (input: { documentId: string }) => {
      skipped.push(input.documentId);
      return ok(undefined);
    },
    'signing.returnDocument': (input: Screen['returned'][number]) => {
      returned.push(input);
      main.job = {
        ...main.job,
        items: (main.job.items ?? []).map((one) =>
          one.documentId === input.documentId ? { ...one, state: 'returned' } : one,
        ),
      };
      for (const listener of listeners) listener();
      return ok(undefined);
    },
    'signing.stop': () => ok(undefined),
    'signing.close': () => ok(undefined),
  };
  const bridge: SigningBridge = {
    call: (channel, input) => Promise.resolve(answers[channel](input as never) as never),
    on: (_event, listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <SigningBridgeProvider value={bridge}>
          <SigningScreen />
        </SigningBridgeProvider>
      </MantineProvider>,
    ),
  );
  onTestFinished(async () => {
    await act(async () => root.unmount());
    host.remove();
  });
  return {
    main,
    presses,
    skipped,
    returned,
    proofs,
    keyWorks,
    announce: () =>
      act(async () => {
        for (const listener of listeners) listener();
      }),
    pinField: () =>
      eventually(() => document.querySelector<HTMLInputElement>('input[type="password"]')),
  };
}

const says = (text: string) => eventually(() => document.body.textContent?.includes(text), text);
const enter = (field: HTMLElement, modifiers: { readonly capsLock?: boolean } = {}) =>
  act(async () => {
    const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true });
    event.getModifierState = (key) => key === 'CapsLock' && modifiers.capsLock === true;
    field.dispatchEvent(event);
  });
const button = (name: string) =>
  eventually(() =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.includes(name)),
  );

test('K-9: a PIN that the Vietnamese keyboard changed is named and never sent', async () => {
  const { pinField, presses } = await show();
  const field = await pinField();
  await typeLikeUnikey(field, [
    [0, 'mat'],
    [2, 'ật'],
    [0, 'khau'],
    [2, 'ẩu'],
  ]);

  await enter(field);

  await says('Hãy tắt bộ gõ tiếng Việt');
  expect(presses).toEqual([]);
});

test.each([
  ['too short', '12345', 'có ít nhất 6 ký tự'],
  ['too long', '1234567890123', 'có nhiều nhất 12 ký tự'],
  ['empty', '', 'Hãy nhập mã PIN.'],
])('K-9: a PIN that is %s is never sent', async (_what, typed, words) => {
  const { pinField, presses } = await show();
  const field = await pinField();
  await typeText(field, typed);

  await enter(field);

  await says(words);
  expect(presses).toEqual([]);
});

test('K-10: the PIN is taken once, and its field is empty afterwards', async () => {
  const { pinField, presses } = await show();
  const field = await pinField();
  await typeText(field, '135790');

  await enter(field);

  expect(presses).toMatchObject([{ pin: '135790', documentIds: [idOf(1)], unreadIds: [] }]);
  expect(field.value).toBe('');
  await enter(field);
  expect(presses).toHaveLength(1);
});

test('K-12: that one PIN serves the batch is said before it is typed, and of one document alone it is not said', async () => {
  const { main, announce } = await show({ items: [item(1), item(2)] });
  await says('Mã PIN được dùng cho cả 2 văn bản');

  main.job = { items: [item(1)] };
  await announce();

  await eventually(() => !document.body.textContent?.includes('Mã PIN được dùng cho cả'));
});

test('K-13: a reader with keys of its own holds no PIN to speak of', async () => {
  const { main, announce } = await show({ items: [item(1), item(2)] });
  main.listed = ok({ certificates: [certificate({ typesPinOnDevice: true })], troubles: [] });
  await announce();

  await says('Nhập mã PIN trên bàn phím của thiết bị');
  expect(document.body.textContent).not.toContain('Mã PIN được dùng cho cả');
});

test('K-8: a refused PIN is told and nothing is sent again by itself', async () => {
  const { pinField, presses, main } = await show();
  main.answer = err({ code: 'token.pin-wrong' });
  const field = await pinField();
  await typeText(field, '000000');

  await enter(field);

  await says('Mã PIN không đúng.');
  expect(presses).toHaveLength(1);
});

test('K-9: Caps Lock is named while the PIN is typed', async () => {
  const { pinField } = await show();

  await enter(await pinField(), { capsLock: true });

  await says('Phím Caps Lock đang bật.');
});

test('K-7: the last try needs a word of its own, and has to be said again for the next', async () => {
  const { pinField, presses } = await show({}, [certificate({ pin: 'finalTry' })]);
  await says('Chỉ còn 1 lần nhập');
  const field = await pinField();
  await typeText(field, '135790');

  await enter(field);
  expect([presses.length, field.value]).toEqual([0, '135790']);
  const sure = [...document.querySelectorAll('label')].find(({ textContent }) =>
    textContent?.includes('Tôi chắc chắn'),
  );
  await tick(sure?.control as HTMLInputElement);
  await enter(field);

  expect(presses).toHaveLength(1);
  await typeText(field, '135791');
  await enter(field);
  expect(presses).toHaveLength(1);
});

test('K-7: a locked token has no field for a PIN', async () => {
  await show({}, [certificate({ pin: 'locked' })]);

  await says('Thiết bị ký số đã bị khóa');
  expect(document.querySelector('input[type="password"]')).toBeNull();
  expect((await button('Ký số 1 văn bản')).disabled).toBe(true);
});

test('K-13, K-7: a reader with keys asks for no PIN here and still warns of the last try', async () => {
  const onDevice = { typesPinOnDevice: true };
  const { presses, main, announce } = await show({}, [certificate(onDevice)]);
  await says('Nhập mã PIN trên bàn phím của thiết bị');
  expect(document.querySelector('input[type="password"]')).toBeNull();

  await tick((await button('Ký số 1 văn bản')) as unknown as HTMLInputElement);
  expect(presses).toMatchObject([{ pin: 'onDevice' }]);

  main.listed = ok({ certificates: [certificate({ ...onDevice, pin: 'finalTry' })], troubles: [] });
  main.job = { phase: 'signing' };
  await announce();
  main.job = {};
  await announce();
  await says('Chỉ còn 1 lần nhập');
});

test('K-3: certificates appear when the token is plugged in', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { main } = await show({}, []);
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(document.body.textContent).toContain('Hãy cắm thiết bị');

  main.listed = ok({ certificates: [certificate()], troubles: [] });
  await act(() => vi.advanceTimersByTimeAsync(3000));

  expect(document.querySelector('input[type="password"]')).not.toBeNull();
});

test('K-16: a driver that stopped is told as what it is', async () => {
  const { main, announce } = await show({}, []);
  main.listed = ok({ certificates: [], troubles: ['token.driver-crashed'] });
  main.job = { phase: 'signing' };
  await announce();
  main.job = {};
  await announce();

  await says('Trình điều khiển');
});

test('K-6: a certificate of somebody else is named with both names and cannot be chosen', async () => {
  await show({}, [certificate({ holderName: 'Người Khác', refusal: 'signing.not-registered' })]);

  await says('Chứng thư của Người Khác, không phải của Trần Văn Bình.');
  expect(document.querySelector('input[type="password"]')).toBeNull();
});

test('S-17: unread documents are ticked by hand, counted in words and named to main', async () => {
  const items = [item(1), item(2, { isOpened: false })];
  const { pinField, presses } = await show({ items });
  await button('Ký số 1 văn bản');
  const box = document.querySelector<HTMLInputElement>('[aria-label="Chọn ký: Kế hoạch: số 2"]');
  expect(box?.checked).toBe(false);

  await tick(box as HTMLInputElement);
  await says('Đang chọn ký 1 văn bản chưa xem đến trang cuối.');
  const field = await pinField();
  await typeText(field, '135790');
  await enter(field);

  expect(presses).toMatchObject([{ documentIds: [idOf(1), idOf(2)], unreadIds: [idOf(2)] }]);
});

test('S-17: Enter with no document chosen takes no PIN', async () => {
  const { pinField, presses } = await show({ items: [item(1, { isOpened: false })] });
  const field = await pinField();
  await typeText(field, '135790');

  await enter(field);

  expect([presses.length, field.value]).toEqual([0, '135790']);
});

test('S-17: arrows go from one document to the next', async () => {
  await show({ items: [item(1), item(2), item(3)] });
  const shown = () => document.querySelector('[aria-current="true"]');
  const press = (key: string) =>
    act(async () => {
      shown()?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
      );
    });

  await press('ArrowDown');
  await press('ArrowDown');
  await press('ArrowDown');
  expect(shown()?.textContent).toContain('số 3');
  await press('ArrowUp');
  expect(shown()?.textContent).toContain('số 2');
});

test('S-17: a document that was not signed says why', async () => {
  await show({
    items: [item(1, { state: 'signed' }), item(2, { state: 'failed', failure: 'token.removed' })],
  });

  await says('Chưa ký được');
  await says('Thiết bị ký số đã bị rút');
});

test('S-15: the level is told before the PIN, and what each document reached afterwards', async () => {
  await show({});
  await says('chưa có dấu thời gian');

  await show({
    asksForTimestamps: true,
    items: [
      item(1, { state: 'signed', level: 'B-B' }),
      item(2, { state: 'signed', level: 'B-LT' }),
      item(3),
    ],
  });

  await says('Có xin dấu thời gian');
  await says('Chưa có dấu thời gian');
  await says('kèm dữ liệu kiểm tra lâu dài');
});

test('S-12: the clerk reads signer, number and date before the PIN', async () => {
  await show({
    intent: 'seal',
    items: [item(1, { codeDisplay: '05/KH-UBND', issuedDate: '2026-11-22' })],
  });

  await says('Đã ký: Trần Văn Bình, CHỦ TỊCH');
  await says('Số 05/KH-UBND, ngày 22/11/2026');
});

const warned = {
  findings: [{ code: 'layer-hidden', severity: 'warn', page: null, object: 3 }],
} as const;

test('S-18: a warning is told beside the document and has to be ticked before the PIN is taken', async () => {
  const { pinField, presses } = await show({ items: [item(1, warned)] });
  await says('Có lớp nội dung đang tắt');
  const field = await pinField();
  await typeText(field, '135790');
  await enter(field);
  expect([presses.length, field.value]).toEqual([0, '135790']);

  const accept = [...document.querySelectorAll('label')].find(({ textContent }) =>
    textContent?.includes('vẫn ký'),
  );
  await tick(accept?.control as HTMLInputElement);
  await enter(field);

  expect(presses).toMatchObject([{ documentIds: [idOf(1)], acceptedIds: [idOf(1)] }]);
});

test('S-18: a document that is stopped says where and why, and cannot be chosen', async () => {
  const stopped = {
    findings: [{ code: 'script', severity: 'stop', page: 2, object: 9 }],
  } as const;
  const { pinField, presses } = await show({ items: [item(1, stopped), item(2)] });
  await says('Trang 2: Tệp có chứa chương trình tự chạy.');
  const box = document.querySelector<HTMLInputElement>('[aria-label="Chọn ký: Kế hoạch: số 1"]');
  expect([box?.checked, box?.disabled]).toEqual([false, true]);

  const field = await pinField();
  await typeText(field, '135790');
  await enter(field);

  expect(presses).toMatchObject([{ documentIds: [idOf(2)], acceptedIds: [] }]);
});

test('S-17, S-18: ticks do not outlive the round they were made in', async () => {
  const unread = { items: [item(1, { isOpened: false, ...warned })] };
  const { main, announce } = await show(unread);
  await says('Có lớp nội dung đang tắt');
  for (const box of document.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')) {
    await tick(box);
  }
  await button('Ký số 1 văn bản');

  main.job = { ...unread, round: 2 };
  await announce();

  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
  expect(boxes.map(({ checked }) => checked)).toEqual([false, false]);
});

test('S-17: while a batch is signed, what waits its turn can be left out', async () => {
  const items = [item(1, { state: 'signing' }), item(2)];
  const { skipped } = await show({ phase: 'signing', items });

  await tick((await button('Bỏ qua')) as unknown as HTMLInputElement);

  expect(skipped).toEqual([idOf(2)]);
});

test('K-6, K-9: a proof asks for the PIN in this window; one that cannot be is not sent', async () => {
  const { main, proofs, announce, pinField } = await show();
  main.proof = {
    purpose: 'bind',
    ownerName: 'Trần Văn Bình',
    certificate: certificate(),
    phase: 'waiting',
  };
  await announce();
  await says('chứng tỏ thiết bị này là của Trần Văn Bình');
  const field = await pinField();
  await typeText(field, '12345');
  await enter(field);
  await says('có ít nhất 6 ký tự');
  expect(proofs).toEqual([]);

  await typeText(field, '6');
  await enter(field);

  expect(proofs).toEqual(['123456']);
  expect(field.value).toBe('');
});

test('K-9, K-10: a software key’s password and new PIN are typed here, twice the PIN, and leave the fields', async () => {
  const { main, keyWorks, announce } = await show();
  const job = { purpose: 'import', name: 'khóa.p12', pinLength: { min: 8, max: 64 } } as const;
  main.keyWork = { ...job, phase: 'waiting' };
  await announce();
  await says('Tệp khóa.p12');
  const fields = await eventually(() => {
    const found = document.querySelectorAll<HTMLInputElement>('input[type="password"]');
    return found.length === 3 ? [...found] : undefined;
  });
  const [password, pin, again] = fields as [HTMLInputElement, HTMLInputElement, HTMLInputElement];
  const fill = async (...texts: readonly [string, string, string]) => {
    await typeText(password, texts[0]);
    await typeText(pin, texts[1]);
    await typeText(again, texts[2]);
    await tick((await button('Nhập khóa')) as unknown as HTMLInputElement);
  };

  await fill('Mật khẩu', '1234567', '1234567');
  await says('ít nhất 8 ký tự.');
  pin.value = '';
  await fill('', 'Ma-PIN-87654321', 'Ma-PIN-87654322');
  await says('không giống nhau');
  expect([pin.value, again.value, keyWorks]).toEqual(['', '', []]);
  main.keyAnswer = err({ code: 'softwareKey.password-wrong' });
  await fill('', 'Ma-PIN-87654321', 'Ma-PIN-87654321');
  await says('Mật khẩu của tệp khóa không đúng');
  expect(keyWorks).toEqual([{ secret: 'Mật khẩu', newPin: 'Ma-PIN-87654321' }]);
  expect([password.value, pin.value, again.value]).toEqual(['', '', '']);

  main.keyWork = { ...job, phase: 'done' };
  await announce();
  await says('rồi xóa tệp .p12 khỏi máy');
});

test('K-7: a locked token and a missing one take no PIN for a proof', async () => {
  const { main, announce } = await show();
  const proof = { purpose: 'tryOut', ownerName: '', phase: 'waiting' } as const;
  main.proof = { ...proof, certificate: certificate({ pin: 'locked' }) };
  await announce();
  await says('Ký thử');
  await eventually(() => document.querySelector('input') === null);
  main.proof = { ...proof, certificate: null };
  await announce();
  await says('Hãy cắm');
  expect(document.querySelector('input')).toBeNull();
});

/** Presses keys one by one where the keyboard is, and counts them. */
function aKeyboard() {
  let count = 0;
  const press = async (key: string): Promise<void> => {
    count += 1;
    await pressKey(key);
  };
  const type = async (text: string): Promise<void> => {
    for (const letter of text) {
      count += 1;
      await typeText(document.activeElement as HTMLInputElement, letter);
    }
  };
  return { press, type, count: () => count };
}
const current = () => document.querySelector('[aria-current="true"]')?.textContent ?? '';
const papers = (count: number, over: Partial<SigningItem> = {}) =>
  Array.from({ length: count }, (_none, index) => item(index + 1, over));

test(
  'S-17: fifty papers of one page are read and signed by the keyboard alone, in at most 120 presses',
  { timeout: 60_000 },
  async () => {
    const { main, presses, announce, pinField } = await show({
      items: papers(50, { isOpened: false }),
    });
    // A paper of one page that stands in view is read as soon as it is drawn.
    main.onOpen = (id) => {
      main.job = {
        items: (main.job.items ?? []).map((one) =>
          one.documentId === id ? { ...one, isOpened: true } : one,
        ),
      };
    };
    main.onOpen(idOf(1));
    await announce();
    await pinField();
    const keys = aKeyboard();
    for (let n = 1; n <= 50; n++) {
      await eventually(() => current().includes(`số ${n}Đã xem`), `paper ${n}, read`);
      await keys.press(' ');
      await announce();
    }
    await keys.type('13579024');
    await keys.press('Enter');

    expect(presses).toMatchObject([{ pin: '13579024', unreadIds: [] }]);
    expect(presses[0]?.documentIds).toHaveLength(50);
    // With the one that opens the window.
    expect(keys.count() + 1).toBeLessThanOrEqual(120);
  },
);

test('S-17: the space bar does not pass over a paper that is not drawn to its end yet', async () => {
  await show({ items: papers(2, { isOpened: false }) });
  await eventually(() => current().includes('số 1'));

  await pressKey(' ');

  expect(current()).toContain('số 1');
});

test('S-17: keys go to the next paper and back, and take one out of the batch', async () => {
  await show({ items: papers(3) });
  await button('Ký số 3 văn bản');

  await pressKey('F8');
  expect(current()).toContain('số 2');
  await pressKey('F6');
  await button('Ký số 2 văn bản');
  await pressKey('F7');
  expect(current()).toContain('số 1');
});

test('S-17: a paper is returned with a reason and no PIN, and the next one is shown', async () => {
  const { returned, presses } = await show({ items: papers(2) });
  await button('Ký số 2 văn bản');

  await pressKey('F3');
  const reason = await eventually(() => document.querySelector('textarea'));
  await typeText(reason, 'ab');
  const confirm = [...document.querySelectorAll<HTMLElement>('[role="dialog"] button')].at(-1);
  await act(async () => confirm?.click());
  await says('Hãy ghi lý do trả lại');
  await typeText(reason, 'c: sai căn cứ');
  await act(async () => confirm?.click());

  await eventually(() => current().includes('số 2'));
  expect(returned).toEqual([{ documentId: idOf(1), reason: 'abc: sai căn cứ' }]);
  expect(presses).toEqual([]);
  await says('Đã trả lại');
  await button('Ký số 1 văn bản');
});

test('S-17: only the leader returns; what waits for the seal has its number already', async () => {
  await show({ intent: 'seal', items: papers(1) });
  await button('Đóng dấu 1 văn bản');

  await pressKey('F3');

  expect(document.querySelector('textarea')).toBeNull();
});
