import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { SessionState } from '@shared/ipc/contract';
import {
  DamagedJournalPage,
  EnrolPage,
  PassphrasePage,
  SignInPage,
} from '../../../src/renderer/features/session';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, showPage, typeText } from '../../support/page-harness';

const signedOut = { ...signedInState(), phase: 'signedOut', current: null } as SessionState;
let close: () => Promise<void> = () => Promise.resolve();
let answers: SessionState[] = [];
const onAnswer = (state: SessionState) => void answers.push(state);

async function show(page: Parameters<typeof showPage>[1], online = true): Promise<FakeBridge> {
  answers = [];
  const bridge = createFakeBridge({ session: signedInState(), online });
  ({ close } = await showPage(bridge, page));
  return bridge;
}

afterEach(() => close());

const text = () => document.body.textContent ?? '';
const button = (label: string) =>
  [...document.querySelectorAll('button')].find(({ textContent }) =>
    textContent?.includes(label),
  ) as HTMLButtonElement;
const press = (label: string) => act(async () => button(label).click());
const input = (selector: string) => document.querySelector(selector) as HTMLInputElement;

test('§4.2: a damaged journal is said in words, and one press goes on with what is readable', async () => {
  const bridge = await show(<DamagedJournalPage onRepaired={onAnswer} />);
  expect(text()).toContain('tệp hỏng được giữ nguyên');
  bridge.failNext('session.repairJournal', { code: 'journal.newer-format' });
  await press('Tiếp tục với phần đọc được');
  await eventually(() => text().includes('NK-005'));
  await press('Tiếp tục với phần đọc được');

  await eventually(() => answers.length === 1);
  expect(answers[0]?.phase).toBe('signedOut');
});

test('§13.3: who cannot sign in because the machine’s history forked enrols it again with the same password', async () => {
  const bridge = await show(
    <SignInPage session={signedOut} isOffline={false} onSignedIn={onAnswer} />,
  );
  await press('Trần Văn Bình');
  bridge.failNext('session.signIn', { code: 'device.forked' });
  await typeText(input('input[type="password"]'), 'mật khẩu đúng');
  await press('Đăng nhập');
  await eventually(() => button('Đăng ký lại máy này'));
  await press('Đăng ký lại máy này');

  await eventually(() => answers.length === 1);
  expect(bridge.calls.at(-1)).toEqual({
    channel: 'session.enrolAgain',
    input: { login: 'chutich.tanhoa', password: 'mật khẩu đúng' },
  });
});

test('a person picks their name, types the password and is signed in', async () => {
  const bridge = await show(
    <SignInPage session={signedOut} isOffline={false} onSignedIn={onAnswer} />,
  );
  await press('Trần Văn Bình');
  await typeText(input('input[type="password"]'), 'mật khẩu đúng');
  await press('Đăng nhập');

  await eventually(() => answers.length === 1);
  expect(bridge.calls.find(({ channel }) => channel === 'session.signIn')?.input).toEqual({
    login: 'chutich.tanhoa',
    password: 'mật khẩu đúng',
  });
});

test('a wrong password is told in words with its reference, and the name stays chosen', async () => {
  await show(<SignInPage session={signedOut} isOffline={false} onSignedIn={onAnswer} />);
  await press('Nguyễn Thị Hạnh');
  await typeText(input('input[type="password"]'), 'sai');
  await press('Đăng nhập');

  await eventually(() => text().includes('Tên đăng nhập hoặc mật khẩu không đúng.'));
  expect(text()).toContain('DN-002');
  expect(text()).toContain('Nguyễn Thị Hạnh');
  expect(answers).toHaveLength(0);
});

test('without a line the page says who can sign in all the same', async () => {
  await show(<SignInPage session={signedOut} isOffline onSignedIn={onAnswer} />, false);

  expect(text()).toContain('Người đã từng đăng nhập trên máy này vẫn đăng nhập và làm việc được.');
});

test('a new machine is enrolled only with address, code and name, and the server can be tried first', async () => {
  const bridge = await show(
    <EnrolPage
      onRestore={() => undefined}
      session={{ ...signedOut, deviceName: null, serverAddress: null }}
      onEnrolled={onAnswer}
    />,
  );
  await press('Đăng ký máy này');
  expect(text()).toContain('Vui lòng nhập địa chỉ máy chủ.');

  const [address, code, name] = [...document.querySelectorAll('input')];
  await typeText(address as HTMLInputElement, 'https://congvu.example');
  await press('Kiểm tra kết nối');
  await eventually(() => text().includes('Đã thấy máy chủ'));
  await typeText(code as HTMLInputElement, 'ABCD-1234');
  await typeText(name as HTMLInputElement, 'Máy văn thư 2');
  await press('Đăng ký máy này');

  await eventually(() => answers.length === 1);
  expect(bridge.calls.find(({ channel }) => channel === 'session.enrol')?.input).toEqual({
    address: 'https://congvu.example',
    code: 'ABCD-1234',
    deviceName: 'Máy văn thư 2',
  });
});

test('a first passphrase is typed twice and is long enough', async () => {
  await show(
    <PassphrasePage session={{ ...signedOut, passphraseChosen: false }} onUnlocked={onAnswer} />,
  );
  const [first, second] = [...document.querySelectorAll<HTMLInputElement>('input')];
  await typeText(first as HTMLInputElement, 'ngắn');
  await press('Đặt mật khẩu');
  expect(text()).toContain('Mật khẩu mở máy cần ít nhất 8 ký tự.');

  await typeText(first as HTMLInputElement, ' nhưng nay đủ dài');
  await typeText(second as HTMLInputElement, 'khác');
  await press('Đặt mật khẩu');
  expect(text()).toContain('Hai lần nhập chưa giống nhau.');
  expect(answers).toHaveLength(0);
});
