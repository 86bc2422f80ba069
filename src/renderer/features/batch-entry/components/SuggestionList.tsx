import { useEffect, useRef } from 'react';
import { Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { OpenList } from '../hooks/use-suggestions';
import classes from './batch-grid.module.css';

interface SuggestionListProps {
  readonly list: OpenList;
  readonly onChoose: (label: string) => void;
}

const LIST_HEIGHT = 270;

/** Hangs below its cell, or above it where there is no room. */
export function SuggestionList({ list: { input, items, marked }, onChoose }: SuggestionListProps) {
  const own = useRef<HTMLUListElement>(null);
  const place = input.getBoundingClientRect();
  const isAbove = place.bottom + LIST_HEIGHT > window.innerHeight && place.top > LIST_HEIGHT;
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up of an effect.
    own.current?.children[marked]?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return (
    <ul
      ref={own}
      id="batch-suggestions"
      role="listbox"
      aria-label={t('batch.suggestions')}
      className={classes['suggestions']}
      style={{
        left: place.left,
        minWidth: Math.max(place.width, 200),
        ...(isAbove ? { bottom: window.innerHeight - place.top } : { top: place.bottom }),
      }}
      // The cell keeps the cursor while the mouse picks.
      onMouseDown={(event) => event.preventDefault()}
    >
      {items.map(({ label, also }, at) => (
        <li
          key={label}
          id={`batch-suggestion-${at}`}
          role="option"
          aria-selected={at === marked}
          className={classes['suggestion']}
          onClick={() => onChoose(label)}
        >
          {label}{' '}
          <Text span size="sm" c="dark.3">
            {also}
          </Text>
        </li>
      ))}
    </ul>
  );
}
