import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { launchApp, type LaunchedApp } from './launch';

const appDir = fileURLToPath(new URL('../../..', import.meta.url));

/** A PC of an office: one data folder, opened and killed as often as a test wants. */
export interface TestPc {
  readonly open: () => Promise<OpenedPc>;
  readonly folder: string;
  readonly dispose: () => void;
}

export interface OpenedPc extends LaunchedApp {
  readonly close: () => Promise<void>;
}

export function aPc(env: Readonly<Record<string, string>> = {}): TestPc {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-pc-'));
  return {
    folder,
    open: async () => {
      const launched = await launchApp({
        appDir,
        userDataDir: folder,
        env: { TCV_SYNC_IDLE_MS: '500', ...env },
      });
      return { ...launched, close: () => launched.app.close() };
    },
    dispose: () =>
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}

/** First start of a PC: address, activation code, name. */
export async function enrol(
  page: Page,
  address: string,
  code: string,
  name: string,
): Promise<void> {
  await page.getByLabel('Địa chỉ máy chủ').fill(address);
  await page.getByLabel('Mã kích hoạt').fill(code);
  await page.getByLabel('Tên máy').fill(name);
  await page.getByRole('button', { name: 'Đăng ký máy này' }).click();
}

/** Signs in by typing the login, also on a PC that knows people already. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await chooseOther(page);
  await page.getByRole('textbox', { name: 'Tên đăng nhập' }).fill(login);
  await page.getByRole('textbox', { name: 'Mật khẩu' }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Văn bản đến', exact: true })).toBeVisible({
    timeout: 30_000,
  });
}

/** From the only known person, or the list of them, to a typed login. */
async function chooseOther(page: Page): Promise<void> {
  const login = page.getByRole('textbox', { name: 'Tên đăng nhập' });
  const list = page.getByRole('button', { name: 'Chọn từ danh sách' });
  const other = page.getByRole('button', { name: 'Người khác…' });
  // Asked while something has not been received or compared yet (§15).
  const anyway = page.getByRole('button', { name: 'Vẫn đổi người dùng' });
  await expect(login.or(list).or(other).or(anyway).first()).toBeVisible();
  if (await anyway.isVisible()) await anyway.click();
  await expect(login.or(list).or(other).first()).toBeVisible();
  if (await login.isVisible()) return;
  if (await list.isVisible()) await list.click();
  await other.click();
}

export interface TypedPaper {
  readonly issuer: string;
  readonly code: string;
  readonly subject: string;
}

/** Opens the form and fills it in, statement included; nothing is saved. */
export async function fillPaper(page: Page, paper: TypedPaper): Promise<void> {
  await page.keyboard.press('F2');
  await page
    .getByRole('combobox', { name: /^Tác giả/ })
    .or(page.getByRole('textbox', { name: /^Tác giả/ }))
    .fill(paper.issuer);
  await page.getByRole('textbox', { name: /^Số, ký hiệu/ }).fill(paper.code);
  await page.getByRole('textbox', { name: /^Ngày văn bản/ }).fill('2111');
  const type = page.getByRole('combobox', { name: /^Loại văn bản/ });
  await type.or(page.getByRole('textbox', { name: /^Loại văn bản/ })).fill('Công văn');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: /^Trích yếu nội dung/ }).fill(paper.subject);
  await page.getByLabel(/Tôi xác nhận văn bản này/).check();
}

/** Registers a paper through the form, as a clerk does; resolves when the screen says that it is saved. */
export async function registerPaper(page: Page, paper: TypedPaper): Promise<void> {
  await fillPaper(page, paper);
  await savePaper(page, paper);
}

export async function savePaper(page: Page, paper: TypedPaper): Promise<void> {
  await page.keyboard.press('Control+s');
  await expect(page.getByText(`${paper.code} – ${paper.subject}`).first()).toBeVisible();
}
