import { Combobox, ScrollArea, Text, TextInput, useCombobox } from '@mantine/core';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { foldTyped } from '@shared/i18n/typed';

interface Suggestion {
  readonly id: string;
  readonly label: string;
  /** Other words that find it, such as an abbreviation. */
  readonly also?: string;
}

interface SuggestFieldProps {
  readonly label: string;
  readonly suggestions: readonly Suggestion[];
  readonly defaultValue?: string;
  /** The typed text, or the label of the suggestion that was chosen. */
  readonly onChange: (text: string) => void;
  readonly error?: ReactNode;
  readonly required?: boolean;
  readonly description?: string;
  readonly name?: string;
  /** Writes out what was meant, when the field is left: `BC` becomes `Báo cáo`. */
  readonly writeOut?: (text: string) => string | undefined;
  /** Shows the whole list while nothing is typed. */
  readonly showAll?: boolean;
}

const SHOWN = 8;
const SHOWN_WHOLE = 60;

/**
 * A text field with a list below it. The list never writes into the field by itself: nothing is completed inline, and
 * Enter takes a suggestion only after an arrow key has marked it.
 */
export function SuggestField({
  suggestions,
  onChange,
  required = false,
  showAll = false,
  writeOut,
  ...field
}: SuggestFieldProps) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const own = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const folded = useMemo(
    () =>
      suggestions.map((suggestion) => ({
        ...suggestion,
        key: foldTyped(`${suggestion.label} ${suggestion.also ?? ''}`),
      })),
    [suggestions],
  );
  const words = foldTyped(typed).split(' ');
  const isBlank = typed.trim() === '';
  const found = folded
    .filter(({ key }) => (isBlank ? showAll : words.every((word) => key.includes(word))))
    .slice(0, isBlank ? SHOWN_WHOLE : SHOWN);

  const choose = (id: string) => {
    const chosen = suggestions.find((suggestion) => suggestion.id === id);
    if (chosen && own.current) {
      own.current.value = chosen.label;
      setTyped(chosen.label);
      onChange(chosen.label);
    }
    combobox.closeDropdown();
  };

  return (
    <Combobox store={combobox} onOptionSubmit={choose} shadow="md" withinPortal>
      <Combobox.Target autoComplete="off">
        <TextInput
          {...field}
          withAsterisk={required}
          aria-required={required}
          ref={own}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            onChange(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onFocus={(event) => {
            setTyped(showAll ? '' : event.currentTarget.value);
            if (showAll) event.currentTarget.select();
          }}
          onClick={() => showAll && combobox.openDropdown()}
          onBlur={(event) => {
            combobox.closeDropdown();
            const meant = writeOut?.(event.currentTarget.value);
            if (meant === undefined || meant === event.currentTarget.value) return;
            event.currentTarget.value = meant;
            onChange(meant);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={found.length === 0}>
        <Combobox.Options>
          <ScrollArea.Autosize mah={260} type="auto">
            {found.map(({ id, label, also }) => (
              <Combobox.Option key={id} value={id}>
                <Text>
                  {label}
                  {also ? (
                    <Text span c="dark.3" ml="xs">
                      {also}
                    </Text>
                  ) : null}
                </Text>
              </Combobox.Option>
            ))}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
