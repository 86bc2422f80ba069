import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppProviders } from '../../src/renderer/app/providers';
import { CurrentSessionProvider } from '../../src/renderer/data/session';
import { openWorkspace, WorkspaceProvider } from '../../src/renderer/data/workspace';
import type { FakeBridge } from './fake-bridge';
import { clerkSession } from './office-sample';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

// The simulated DOM loads no fonts; Mantine's growing text fields ask when they have come.
if (!('fonts' in document)) Object.assign(document, { fonts: new EventTarget() });

let databases = 0;

/** A page as a signed-in clerk sees it, over memory storage and a fake bridge. */
export async function showPage(bridge: FakeBridge, page: ReactNode, session = clerkSession()) {
  const opened = await openWorkspace(bridge, {
    name: `page${(databases += 1)}`,
    storage: getRxStorageMemory() as never,
  });
  if (!opened.ok) throw new Error(opened.error.code);
  const workspace = opened.value;
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () =>
    root.render(
      <AppProviders bridge={bridge}>
        <CurrentSessionProvider value={session}>
          <WorkspaceProvider value={workspace}>{page}</WorkspaceProvider>
        </CurrentSessionProvider>
      </AppProviders>,
    ),
  );
  return {
    close: async () => {
      await act(async () => root.unmount());
      host.remove();
      await workspace.close();
    },
  };
}

/** Waits until `find` gives something, letting React and the database work meanwhile. */
export async function eventually<T>(
  find: () => T | null | undefined | false,
  what = 'what was waited for',
): Promise<T> {
  for (let tries = 0; tries < 1000; tries++) {
    const found = find();
    if (found !== null && found !== undefined && found !== false) return found;
    await act(() => new Promise((resolve) => void setTimeout(resolve, 10)));
  }
  throw new Error(`${what} did not appear: ${document.body.textContent?.slice(-400)}`);
}

export const pageText = (): string => document.body.textContent ?? '';

/** By its words: of an open question or dialog first, then of the page. */
export const button = (name: string): HTMLElement | undefined =>
  ['[role="dialog"] button', 'button']
    .flatMap((where) => [...document.querySelectorAll<HTMLElement>(where)])
    .find((found) => found.textContent === name);

export const press = (name: string): Promise<void> => act(async () => button(name)?.click());

export const field = (name: string): HTMLInputElement =>
  document.querySelector<HTMLInputElement>(`[name="${name}"]`) as HTMLInputElement;

type TextControl = HTMLInputElement | HTMLTextAreaElement;

function putValue(input: TextControl, value: string, inputType: string): void {
  const prototype =
    input instanceof HTMLTextAreaElement
      ? HTMLTextAreaElement.prototype
      : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(input, value);
  input.dispatchEvent(new InputEvent('input', { bubbles: true, inputType }));
}

/**
 * Types as Unikey does: letters, and for each mark a burst of backspaces with the replacement, with nothing between.
 * `strokes` are `[backspaces, inserted]`.
 */
export async function typeLikeUnikey(
  input: TextControl,
  strokes: readonly (readonly [number, string])[],
): Promise<void> {
  await act(async () => {
    input.focus();
    for (const [backspaces, inserted] of strokes) {
      for (let i = 0; i < backspaces; i++) {
        input.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Backspace', bubbles: true, cancelable: true }),
        );
        putValue(input, input.value.slice(0, -1), 'deleteContentBackward');
      }
      for (const letter of inserted) {
        input.dispatchEvent(
          new KeyboardEvent('keydown', { key: letter, bubbles: true, cancelable: true }),
        );
        putValue(input, input.value + letter, 'insertText');
      }
    }
  });
}

/** Plain letters. */
export const typeText = (input: TextControl, text: string): Promise<void> =>
  typeLikeUnikey(input, [[0, text]]);

export const leaveField = (input: TextControl): Promise<void> => act(async () => input.blur());

export async function tick(input: HTMLInputElement): Promise<void> {
  await act(async () => input.click());
}

export async function pressKey(key: string, ctrlKey = false): Promise<void> {
  await act(async () => {
    (document.activeElement ?? document.body).dispatchEvent(
      new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }),
    );
  });
}
