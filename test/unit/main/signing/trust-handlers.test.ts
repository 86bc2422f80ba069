import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Role } from '@shared/domain/organ/user';
import { ok } from '@shared/kernel/result';
import { trustHandlers } from '../../../../src/main/features/signing/trust-handlers';
import { createTrustPackages } from '../../../../src/main/features/signing/trust-packages';
import { aUser, sample } from '../../../support/core-builders';
import { createDemoPki } from '../../../support/demo-pki';
import { fakeClock } from '../../../support/fake-clock';
import { silentLog } from '../../../support/silent-log';
import { temporaryFolder } from '../../../support/temporary-folder';
import { aManifest, aPackageKey } from '../../../support/trust-package';

const key = aPackageKey();
const pki = createDemoPki({ mark: 'Thử Nghiệm' });

function asRole(role: Role, chosen = true) {
  const folder = temporaryFolder();
  const file = join(folder, 'new.tcvtrust');
  writeFileSync(file, key.seal(aManifest(pki)));
  const packages = createTrustPackages({
    folder: join(folder, 'trust'),
    keys: () => Promise.resolve([key.publicBase64]),
    clock: fakeClock(),
  });
  const user = aUser({ grants: [{ role, organId: sample.organId }] });
  return trustHandlers({
    log: silentLog,
    at: () => ok({ packages, user }),
    choose: () => Promise.resolve(chosen ? file : undefined),
  });
}

test('O-4: who looks after the machines installs a package and goes back; others only see it', async () => {
  const administrator = asRole('quanTri');
  expect(await administrator['trust.install'](undefined)).toMatchObject({
    value: { current: { version: 1 } },
  });
  expect(await administrator['trust.revert'](undefined)).toMatchObject({
    error: { code: 'trust.no-previous' },
  });

  const expert = asRole('chuyenVien');
  const refused = { ok: false, error: { code: 'session.role-missing' } };
  expect(await expert['trust.install'](undefined)).toEqual(refused);
  expect(await expert['trust.revert'](undefined)).toEqual(refused);
  expect(await expert['trust.status'](undefined)).toMatchObject({ value: { current: null } });
});

test('O-4: who chooses no file changes nothing', async () => {
  expect(await asRole('quanTri', false)['trust.install'](undefined)).toEqual(ok(null));
});
