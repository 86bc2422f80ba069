import { expect, test } from 'vitest';
import { createAutosave } from '../../../../src/renderer/features/batch-entry/autosave';
import type { BatchStore } from '../../../../src/renderer/features/batch-entry/batch-store';
import type { RowChange } from '../../../../src/renderer/data/workbench';
import { ok, type Result } from '@shared/kernel/result';

test('I-1: who asks whether all is kept waits for the save that is on its way', async () => {
  let change: (ids: readonly string[]) => void = () => undefined;
  const store = {
    view: () => undefined,
    setMark: () => undefined,
    onChange: (listener: typeof change) => {
      change = listener;
      return () => undefined;
    },
  } as unknown as BatchStore;
  const pending: ((result: Result<void>) => void)[] = [];
  const saved: string[] = [];
  const autosave = createAutosave({
    store,
    workbench: {
      save: (rows: readonly RowChange[]) => {
        saved.push(...rows.map(({ rowId }) => rowId));
        return new Promise((resolve) => pending.push(resolve));
      },
    },
    onFailure: () => undefined,
    later: () => () => undefined,
  });
  autosave.listen();
  change(['row-1']);
  void autosave.flush();
  await Promise.resolve();
  await Promise.resolve();
  let isAnswered = false;

  const ask = async (): Promise<void> => {
    await autosave.flush();
    isAnswered = true;
  };
  const second = ask();
  await Promise.resolve();
  await Promise.resolve();

  expect([saved, isAnswered]).toEqual([['row-1'], false]);
  pending[0]?.(ok(undefined));
  await second;
  expect(isAnswered).toBe(true);
});
