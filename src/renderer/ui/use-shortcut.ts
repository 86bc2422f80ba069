import { useEffect, useRef } from 'react';

/**
 * Acts on a key of the whole window: `F2`, `Escape`, `Ctrl+S`. Never a bare letter, Ctrl+Shift or Alt+Z, which belong to
 * Unikey; and not while a dialog is open, whose keys are its own.
 */
export function useShortcut(key: string, act: () => void, isActive = true): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!isActive) return undefined;
    let isDialogs = false;
    // Asked on the way down: the dialog that closes at this very key is gone when the event comes up again.
    const look = () => {
      isDialogs = document.querySelector('[role="dialog"]') !== null;
    };
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || nameOf(event) !== key) return;
      if (isDialogs) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', look, { capture: true });
    window.addEventListener('keydown', listener);
    return () => {
      window.removeEventListener('keydown', look, { capture: true });
      window.removeEventListener('keydown', listener);
    };
  }, [key, isActive]);
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (event.altKey || event.shiftKey || event.metaKey) return '';
  return event.ctrlKey ? `Ctrl+${key}` : key;
}
