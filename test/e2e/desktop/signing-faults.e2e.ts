import { hasCompiler } from '../../support/fault-module';
import { findSoftHsm } from '../../support/soft-token';
import { rowOf } from '../support/drafting';
import { aFaultyToken, FAULTY_PIN, openAs, waitingForChairman } from '../support/faulty-token';
import { findMarker } from '../support/find-marker';
import { expect, test } from '../support/office';
import { openSigning, readAll, signAll } from '../support/signing';

/** As much as the right one, nowhere else in the world. */
const WRONG_PIN = '11029384';
const SUBJECT = 'Phối hợp rà soát địa giới thôn giáp ranh';
const SLOW = { timeout: 30_000 };

test.skip(!findSoftHsm() || !hasCompiler(), 'softhsm2, opensc and gcc are not installed');
test.setTimeout(170_000);

test('a token that crashes, hangs, goes and refuses costs no document; then it signs', async ({
  freshPc,
  server,
}, testInfo) => {
  const office = await waitingForChairman(server, 'H97.1', 2);
  const { authority, fault, env } = await aFaultyToken(
    testInfo.outputPath('token'),
    server,
    office,
  );
  fault.set('absent');
  const pc = freshPc(env);
  const opened = await openAs(pc, server, office, office.chairman);
  const { page, app } = opened;
  const waiting = rowOf(page, SUBJECT).getByText('Chờ ký', { exact: true });
  const open = () =>
    openSigning(app, () => page.getByRole('button', { name: 'Ký số 2 văn bản…' }).click(SLOW));
  const window = await open();
  const field = window.getByLabel('Mã PIN của thiết bị');

  // K-3: nothing is plugged in; then it is, without a restart.
  await expect(window.getByText('Chưa thấy thiết bị ký số.')).toBeVisible(SLOW);
  fault.set();
  await expect(field).toBeVisible(SLOW);
  await readAll(window);

  // K-8: a wrong PIN is one login, however many documents there are.
  await signAll(window, WRONG_PIN);
  await expect(window.getByText('Mã PIN không đúng.')).toBeVisible(SLOW);
  expect(fault.calls('C_Login')).toHaveLength(1);

  // the driver dies inside the signature; window and program live.
  fault.set('crash C_Sign 0');
  await signAll(window, FAULTY_PIN);
  await expect(window.getByText('chưa biết đã ký xong hay chưa').first()).toBeVisible(SLOW);
  await expect(waiting).toHaveCount(2);

  // the driver hangs inside the login.
  fault.set('sleep C_Login 0 600000');
  await signAll(window, FAULTY_PIN);
  await expect(window.getByText('Thiết bị ký số không trả lời.')).toBeVisible(SLOW);
  await expect(waiting).toHaveCount(2);

  // K-4: the token is pulled out at the second signature: the first document is kept.
  fault.set('fail C_Sign 2 0x32');
  await signAll(window, FAULTY_PIN);
  await expect(window.getByText('Thiết bị ký số đã bị rút ra').first()).toBeVisible(SLOW);
  await expect(waiting).toHaveCount(1);

  // K-11: the screen is locked; the window goes, and what was left is signed later.
  await Promise.all([
    window.waitForEvent('close'),
    app.evaluate(({ powerMonitor }) => void powerMonitor.emit('lock-screen')),
  ]);
  fault.set();
  const again = await openSigning(app, () =>
    page
      .getByRole('button', { name: /^Ký số( 1 văn bản)?…$/ })
      .first()
      .click(SLOW),
  );
  await readAll(again);
  await signAll(again, FAULTY_PIN);
  await expect(again.getByText('Đã ký xong 1 văn bản.')).toBeVisible(SLOW);
  await expect(waiting).toHaveCount(0);
  // Wrong, crashed, hanging, pulled out, good: no press was repeated by itself.
  expect(fault.calls('C_Login')).toHaveLength(5);

  // K-10: no PIN, right or wrong, stands in any file of the workstation.
  await opened.killGroup();
  expect([...findMarker(pc.folder, FAULTY_PIN), ...findMarker(pc.folder, WRONG_PIN)]).toEqual([]);
  await authority.stop();
});

test('a PC without a driver of its token says so and offers no PIN', async ({
  freshPc,
  server,
}) => {
  const office = await waitingForChairman(server, 'H97.2', 1);
  const opened = await openAs(
    freshPc({ TCV_PKCS11_MODULES: '/nowhere/driver.so' }),
    server,
    office,
    office.chairman,
  );
  const window = await openSigning(opened.app, () =>
    opened.page
      .getByRole('button', { name: /^Ký số( 1 văn bản)?…$/ })
      .first()
      .click(SLOW),
  );

  const words = /chưa có trình điều khiển|Không dùng được trình điều khiển|Chưa thấy thiết bị/;
  await expect(window.getByText(words).first()).toBeVisible(SLOW);
  await expect(window.getByLabel('Mã PIN của thiết bị')).toHaveCount(0);
  await opened.killGroup();
});
