import { expect, type Page } from '@playwright/test';

/** A cell of the batch grid; rows count from 1. */
export const cell = (page: Page, column: string, row: number) =>
  page.getByLabel(`${column}, dòng ${row}`, { exact: true });

/** Opens "Nhập theo lô" from the list of incoming documents. */
export async function openBatch(page: Page): Promise<void> {
  await page.keyboard.press('F3');
  await expect(page.getByRole('heading', { name: 'Nhập theo lô' })).toBeVisible();
  await expect(cell(page, 'Tác giả', 1)).toBeVisible();
}

/** Types one paper by the keyboard alone, from the issuer's cell to the next row's. */
export async function typePaper(page: Page, paper: readonly string[]): Promise<void> {
  for (const text of paper) {
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
}

/** Puts text on the clipboard and presses Ctrl+V, as after copying from a spreadsheet. */
export async function pasteText(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+v');
}

export interface DroppedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Drops files onto the grid in one go. */
export async function dropFiles(page: Page, files: readonly DroppedFile[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (dropped) => {
      const data = new DataTransfer();
      for (const { name, base64 } of dropped) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
        data.items.add(new File([bytes], name, { type: 'application/pdf' }));
      }
      return data;
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
  await page.locator('[data-file-drop]').dispatchEvent('drop', { dataTransfer: transfer });
}

/** Rows whose last change the journal has answered for. */
export const expectSavedRows = (page: Page, count: number): Promise<void> =>
  expect(page.locator('tr').getByText('Đã lưu trên máy')).toHaveCount(count, { timeout: 15_000 });
