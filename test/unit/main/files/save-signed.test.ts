import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { filesHandlers } from '../../../../src/main/features/files/files-handlers';
import { ok } from '@shared/kernel/result';
import { temporaryFolder } from '../../../support/temporary-folder';
import {
  anOffice,
  fixture,
  issued,
  needs,
  prepared,
  run,
  signAsLeader,
  verify,
} from '../../shared/pades/helpers';

const office = anOffice();

test(
  'V-15: what the leader signed is saved as its own file, which other software calls wholly signed',
  needs('pdfsig'),
  async () => {
    const draft = prepared(fixture('chromium-draft.pdf'));
    const signed = signAsLeader(office, draft);
    const sealed = issued(office, fixture('chromium-draft.pdf'));
    const leaders = verify(sealed, office.trust).signatures.find(({ kind }) => kind === 'leader');
    const folder = temporaryFolder();
    const store = createContentStore(join(folder, 'store'), new Uint8Array(32));
    const stored = await store.put(sealed);
    const path = join(folder, 'ban-luc-ky.pdf');
    const handlers = filesHandlers({
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      at: () => ok({ store } as never),
      saveCopy: async (_name, bytes) => {
        writeFileSync(path, bytes);
        return true;
      },
    });

    const saved = await handlers['files.saveCopy']({
      sha256: stored.ok ? stored.value : '',
      name: 'ban-luc-ky.pdf',
      firstBytes: leaders?.signedLength ?? undefined,
    });

    expect(saved).toEqual({ ok: true, value: { saved: true } });
    const bytes = readFileSync(path);
    expect([bytes.length < sealed.length, bytes.length]).toEqual([true, signed.length]);
    const said = run('pdfsig', ['-nocert', path]);
    expect(said.match(/Signature is Valid/g)).toHaveLength(1);
    expect(said).toContain('Total document signed');
    expect(said).not.toContain('Not total document signed');
    writeFileSync(path, sealed);
    expect(run('pdfsig', ['-nocert', path])).toContain('Not total document signed');
  },
);
