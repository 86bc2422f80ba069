import { TextInput } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { readTypedDate, type LocalDate } from '@shared/i18n/typed';

interface DateFieldProps {
  readonly label: string;
  /** Text to start with, as a person would type it. */
  readonly defaultValue?: string;
  readonly today: LocalDate;
  /** The typed text at each key, and the written-out date when the field is left. */
  readonly onChange: (text: string) => void;
  readonly error?: ReactNode;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly description?: string;
  readonly name?: string;
}

/**
 * A date as an official types it: `2111`, `21/11`, `21.11.26`. The browser alone owns the text while it is typed, for
 * Unikey replaces letters as one types; it is written out in full only when the field is left.
 */
export function DateField({ today, onChange, required = false, ...field }: DateFieldProps) {
  const own = useRef<HTMLInputElement>(null);
  const writeOut = () => {
    const input = own.current;
    const date = input && readTypedDate(input.value, today);
    if (!date) return;
    input.value = formatDate(date);
    onChange(input.value);
  };
  return (
    <TextInput
      {...field}
      withAsterisk={required}
      aria-required={required}
      ref={own}
      placeholder={t('incoming.form.dateHint')}
      inputMode="numeric"
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={writeOut}
    />
  );
}
