import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import type { User } from '@shared/domain/organ/user';
import { OrgUnitId } from '@shared/kernel/ids';
import { aRegister, aUser, PASSWORD, type SeededOffice } from '../../support/builders';
import type { TestServer } from '../../support/test-server';
import { signIn } from './workstation';

/** An expert and a head in one unit, an agency to write to and a book of outgoing documents. */
export async function seedDrafting(server: TestServer, { office, organ }: SeededOffice) {
  const admin = server.admin();
  const unit = {
    id: OrgUnitId.parse(randomUUID()),
    officeId: office.id,
    name: 'Phòng Kinh tế',
    abbreviation: 'KT',
    headUserId: null,
    active: true,
  };
  const expert = aUser(
    { officeId: office.id, login: 'chuyenvien', fullName: 'Phạm Văn Chuyên', unitId: unit.id },
    [{ role: 'chuyenVien', organId: organ.id }],
  );
  const head = aUser(
    { officeId: office.id, login: 'truongphong', fullName: 'Đỗ Thị Trưởng', unitId: unit.id },
    [{ role: 'lanhDaoDonVi', organId: organ.id }],
  );
  await admin.upsertOrgUnit(unit);
  await admin.createUser(expert, PASSWORD);
  await admin.createUser(head, PASSWORD);
  await admin.upsertAgency(office.id, {
    id: randomUUID(),
    code: 'H01.20',
    name: 'Sở Nội vụ',
    officeId: null,
  });
  await admin.openRegister(
    office.id,
    aRegister({ organId: organ.id, direction: 'di', name: 'Sổ văn bản đi' }),
  );
  return { expert, head };
}

/** A draft as the form asks for it. */
export interface TypedDraft {
  readonly type: string;
  readonly subject: string;
  /** As the choice names them: `Lê Văn Chủ Tịch – Công chức`. */
  readonly signer: string;
  readonly recipient: string;
  readonly file: { readonly name: string; readonly bytes: Buffer };
}

export const openOutgoing = (page: Page): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Chức năng' })
    .getByRole('button', { name: 'Văn bản đi' })
    .click();

/** The row of a document in whatever list is open. */
export const rowOf = (page: Page, subject: string) =>
  page.getByRole('row').filter({ hasText: subject });

/** "Đổi người dùng" to somebody else on the same PC. */
export async function changeUser(page: Page, login: string, password: string): Promise<void> {
  await page.keyboard.press('F9');
  await signIn(page, login, password);
}

/** Fills the form of a draft; nothing is saved. The page shows the list of outgoing documents. */
export async function fillDraft(page: Page, draft: TypedDraft): Promise<void> {
  await page.keyboard.press('F2');
  await page.getByLabel('Loại văn bản').selectOption({ label: draft.type });
  await page.getByRole('textbox', { name: 'Trích yếu nội dung' }).fill(draft.subject);
  await page.getByLabel('Người ký').selectOption({ label: draft.signer });
  const recipient = page.locator('[name="recipients"]');
  await recipient.fill(draft.recipient);
  await recipient.press('Enter');
  await expect(page.getByRole('button', { name: `Bỏ ${draft.recipient}` })).toBeVisible();
  await page.getByLabel(/Tôi xác nhận văn bản này/).check();
  await page.locator('input[type="file"]').setInputFiles({
    name: draft.file.name,
    mimeType: 'application/pdf',
    buffer: draft.file.bytes,
  });
  await expect(page.getByText(/^\d+ trang$/)).toBeVisible({ timeout: 20_000 });
}

/** Drafts a document and hands it to the head of the unit. */
export async function draftAndSubmit(page: Page, draft: TypedDraft): Promise<void> {
  await openOutgoing(page);
  await fillDraft(page, draft);
  await page.getByRole('button', { name: 'Lưu và trình' }).click();
  await expect(page.getByText('Chờ lãnh đạo đơn vị').first()).toBeVisible();
}

/** The head agrees with what it says. */
export async function approveContent(page: Page, subject: string): Promise<void> {
  await openOutgoing(page);
  await rowOf(page, subject).click({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Đồng ý nội dung' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Đồng ý nội dung' }).click();
  await expect(page.getByText('Chờ kiểm tra thể thức').first()).toBeVisible();
}

/** Văn thư agrees with the format and fixes the file that will be signed: the draft itself. */
export async function approveFormat(page: Page, subject: string, fileName: string): Promise<void> {
  await openOutgoing(page);
  await rowOf(page, subject).click({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Đồng ý thể thức, trình ký' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: `Dùng tệp dự thảo “${fileName}”` }).click();
  await expect(dialog.getByText(`Đã chọn: ${fileName}`)).toBeVisible({ timeout: 20_000 });
  await dialog.getByRole('button', { name: 'Đồng ý thể thức, trình ký' }).click();
  await expect(page.getByText('Chờ ký', { exact: true }).first()).toBeVisible();
}

/** The way a user is named where a signer is chosen. */
export const asSigner = ({ fullName, position }: Pick<User, 'fullName' | 'position'>): string =>
  `${fullName} – ${position}`;
