import { startFaultProxy } from '../../fault-proxy/fault-proxy';
import { PASSWORD } from '../../support/builders';
import { smallPdf } from '../../support/small-pdf';
import { expect, test } from '../support/office';
import { expectFits } from '../support/screens';
import { enrol, fillPaper, registerPaper, savePaper, signIn } from '../support/workstation';

test('the status line walks its states over a bad line, each with its detail (§15, I-21)', async ({
  office,
  server,
  freshPc,
}) => {
  const proxy = await startFaultProxy({ upstreams: () => [server.address] });
  const { page, killGroup } = await freshPc().open();
  const code = await server.admin().createActivationCode(office.office.id);
  await enrol(page, proxy.address, code, 'Máy văn thư');
  await signIn(page, office.clerk.login, PASSWORD);
  const line = page.getByRole('status');
  await expect(line.getByText(/^Đã đồng bộ – đối chiếu lúc/)).toBeVisible({ timeout: 30_000 });

  proxy.interrupt();
  await registerPaper(page, { issuer: 'Sở Y tế', code: '1/SYT', subject: 'Viết khi mất mạng' });
  await page.keyboard.press('Escape');
  const paper = { issuer: 'Sở Y tế', code: '2/SYT', subject: 'Bản quét lớn' };
  await fillPaper(page, paper);
  await page.locator('input[type="file"]').setInputFiles({
    name: 'ban-quet.pdf',
    mimeType: 'application/pdf',
    buffer: smallPdf({ pages: [['Bản quét']], noiseBytes: 3_000_000 }),
  });
  await expect(page.getByText('1 trang')).toBeVisible({ timeout: 30_000 });
  await savePaper(page, paper);
  await page.keyboard.press('Escape');
  await expect(line.getByText(/^Mất mạng từ/)).toBeVisible({ timeout: 30_000 });
  await line.click();
  await expect(page.getByText('2/SYT – Bản quét lớn')).toBeVisible();
  await expect(page.getByText(/Tắt máy được: mọi việc đã lưu trên máy này/)).toBeVisible();
  await expectFits(page, 'status-offline', 'Gửi ngay');

  proxy.setFaults({ bytesPerSecond: 250_000 });
  proxy.lift();
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await expect(line.getByText(/^Đang gửi \d+\/\d+… tệp \d+ %$/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/^Còn 1 tệp \(.* MB\) chưa gửi về máy chủ$/)).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('status-sending.png') });
  proxy.setFaults({});
  proxy.dropAll();
  await expect(line.getByText(/^Đã đồng bộ – đối chiếu lúc/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/An toàn để bàn giao hoặc cài lại máy/)).toBeVisible();
  await killGroup();
  await proxy.close();
});
