import { useState } from 'react';
import type { Column } from '../batch-row';
import { findSuggestions, type Suggestion, type Suggestions } from '../components/grid-columns';

/** The list below a cell while it is open. */
export interface OpenList {
  readonly input: HTMLInputElement;
  readonly items: readonly Suggestion[];
  /** The item that an arrow key has marked; -1 for none. */
  readonly marked: number;
}

/** The one list of the grid. It never writes by itself: only an arrow key or the mouse picks from it. */
export function useSuggestions(
  suggestions: Suggestions,
  onChoose: (input: HTMLInputElement, label: string) => void,
) {
  const [list, setList] = useState<OpenList>();

  const close = (): void => {
    list?.input.setAttribute('aria-expanded', 'false');
    list?.input.removeAttribute('aria-activedescendant');
    setList(undefined);
  };
  const show = (next: OpenList): void => {
    next.input.setAttribute('aria-expanded', 'true');
    if (next.marked >= 0)
      next.input.setAttribute('aria-activedescendant', `batch-suggestion-${next.marked}`);
    else next.input.removeAttribute('aria-activedescendant');
    setList(next);
  };

  return {
    list,
    close,
    /** Shows what fits the typed text; nothing for an empty cell, unless it is asked for. */
    open(input: HTMLInputElement, column: Column, isAsked = false): void {
      const items =
        input.value.trim() === '' && !isAsked
          ? []
          : findSuggestions(suggestions, column, input.value);
      const isTyped = items.length === 1 && items[0]?.label === input.value;
      if (items.length === 0 || isTyped) close();
      else show({ input, items, marked: -1 });
    },
    choose(label: string): void {
      if (list) onChoose(list.input, label);
      close();
    },
    /** Takes a key if the open list has a use for it. */
    takeKey(key: string): boolean {
      if (!list) return false;
      const { items, marked } = list;
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        const step = key === 'ArrowDown' ? 1 : -1;
        show({ ...list, marked: Math.min(Math.max(marked + step, -1), items.length - 1) });
        return true;
      }
      if (key === 'Escape') {
        close();
        return true;
      }
      const chosen = items[marked];
      if (key !== 'Enter' || !chosen) return false;
      onChoose(list.input, chosen.label);
      close();
      return true;
    },
  };
}
