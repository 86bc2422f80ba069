import type { DocumentRow } from '../../../src/renderer/data/collections/documents';

/** What a window is given to try the page's storage. */
export { createDatabase } from '../../../src/renderer/data/database';
export { programStorage } from '../../../src/renderer/data/program-storage';
export { createProjectionStore } from '../../../src/renderer/data/projection-store';
export { queryRows, writeRows } from '../../../src/renderer/data/raw-store';

export const aRow = (id: string): DocumentRow => ({
  id,
  type: 'incomingDocument',
  scope: 'office:00000000-0000-4000-8a01-000000000001',
  rev: 1,
  seq: 1,
  hash: `hash-${id}`,
  mark: '0000000000000001',
  counted: '0000000000000001',
  dirty: 0,
  view: { subject: 'Kế hoạch', files: [{ name: 'a.pdf' }] },
  srv: null,
  sealed: null,
  state: 'daDangKy',
  newestKey: '1',
  duplicateKey: '',
});

/** The office of these rows has no restricted scopes. */
export { aScopeCipher } from '../../support/scope-cipher';

/** The indexes of the store that RxDB keeps a collection in. */
export const indexesOf = (name: string): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')));
    opening.addEventListener('success', () => {
      const names = [...opening.result.transaction('docs').objectStore('docs').indexNames];
      opening.result.close();
      resolve(names);
    });
  });
