import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import { nodeFiles } from '../../../../src/main/platform/file-port';
import { createSigning } from '../../../../src/main/features/signing/create-signing';
import { createDemoPki } from '../../../support/demo-pki';
import { fakeClock } from '../../../support/fake-clock';
import { silentLog } from '../../../support/silent-log';
import { temporaryFolder } from '../../../support/temporary-folder';
import { aManifest, aPackageKey } from '../../../support/trust-package';

const key = aPackageKey();
const real = createDemoPki({ mark: 'Thử Nghiệm' });
const demo = createDemoPki();

/** Names of the roots that a machine judges by, with a package installed and authorities lying in every folder. */
async function rootsOf(isDemo: boolean): Promise<readonly (string | undefined)[]> {
  const folder = temporaryFolder();
  const [resources, demoTrustFolder] = [join(folder, 'resources'), join(folder, 'demo')];
  for (const place of [join(resources, 'trust'), demoTrustFolder]) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'root.pem'), demo.root.certificatePem);
  }
  writeFileSync(join(resources, 'trust', 'package-key.pem'), key.publicPem);
  const file = join(folder, 'new.tcvtrust');
  writeFileSync(file, key.seal(aManifest(real)));
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  const signing = createSigning({
    log: silentLog,
    clock: fakeClock(),
    random: { uuid: unused, fraction: unused },
    timers: { after: unused },
    verdictChanged: unused,
    dataFolder: folder,
    logFiles: nodeFiles,
    resources,
    padesWorker: join(folder, 'none.js'),
    settings: {
      demoTrustFolder: isDemo ? demoTrustFolder : undefined,
      trustKey: undefined,
      timestampAddress: undefined,
    },
    token: { list: unused, openSession: unused, stop: () => Promise.resolve() },
    softwareKeys: { importKey: unused, changePin: unused, remove: unused },
    signingWindow: { show: unused, close: unused, announce: unused },
    fetchPublic: unused,
    comparePages: unused,
    readLayout: unused,
    desk: {} as never,
    files: { read: unused, put: unused },
    clockEvidence: unused,
    person: () => undefined,
    append: unused,
  });
  expect(await signing.packages.install(file)).toMatchObject({ ok: true });
  const { material } = trustFromPem(await signing.deps.trust.read());
  await signing.stop();
  return material.anchors.map(({ subjectName }) => subjectName.commonName);
}

test('O-4, O-6: a machine trusts its package alone; a demonstration its own authorities alone', async () => {
  expect(await rootsOf(false)).toEqual(['CA gốc Thử Nghiệm']);
  expect(await rootsOf(true)).toEqual(['CA gốc TRÌNH DIỄN (không có giá trị)']);
});
