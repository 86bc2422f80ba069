import { Button, Group } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { t } from '@shared/i18n/translate';
import type { SigningItem } from '@shared/ipc/signing-contract';
import { useShortcut } from '../ui/use-shortcut';

interface ReadingBarProps {
  readonly before: SigningItem | undefined;
  readonly after: SigningItem | undefined;
  readonly onShow: (documentId: string) => void;
  /** One view further, then the next paper. */
  readonly onReadOn: () => void;
  /** Undefined where the paper cannot be returned, or not now. */
  readonly onReturn: (() => void) | undefined;
  /** Undefined where there is nothing to choose. */
  readonly onTick: (() => void) | undefined;
}

const nothing = () => undefined;

/** What a reader does with the paper in view, each with its key: a leader reads and signs without the mouse (S-17). */
export function ReadingBar({ before, after, onShow, onReadOn, onReturn, onTick }: ReadingBarProps) {
  const goTo = (item: SigningItem | undefined) => {
    if (item) onShow(item.documentId);
  };
  useSpace(onReadOn);
  useShortcut('F3', onReturn ?? nothing);
  useShortcut('F6', onTick ?? nothing);
  useShortcut('F7', () => goTo(before));
  useShortcut('F8', () => goTo(after));
  return (
    <Group gap="xs" p="xs" bg="white" justify="center">
      <Button variant="default" disabled={!before} onClick={() => goTo(before)}>
        {t('signing.window.before')}
      </Button>
      <Button variant="default" disabled={!after} onClick={() => goTo(after)}>
        {t('signing.window.after')}
      </Button>
      {onTick ? (
        <Button variant="default" onClick={onTick}>
          {t('signing.window.tick')}
        </Button>
      ) : null}
      {onReturn ? (
        <Button variant="default" onClick={onReturn}>
          {t('signing.window.return')}
        </Button>
      ) : null}
      <Button variant="light" onClick={onReadOn}>
        {t('signing.window.readOn')}
      </Button>
    </Group>
  );
}

/** The space bar, wherever it has no work of its own. A key held down turns nothing: nobody reads that fast. */
function useSpace(act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.defaultPrevented) return;
      const isControls =
        event.target instanceof Element &&
        event.target.closest('button, input, textarea, [role="dialog"]') !== null;
      if (isControls) return;
      event.preventDefault();
      if (!event.repeat) latest.current();
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
