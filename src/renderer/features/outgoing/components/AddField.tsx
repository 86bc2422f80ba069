import { Box, Button, Group } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { t } from '@shared/i18n/translate';
import { SuggestField } from '../../../ui/SuggestField';

interface AddFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly name: string;
  readonly required?: boolean;
  readonly suggestions: readonly {
    readonly id: string;
    readonly label: string;
    readonly also?: string;
  }[];
  /** Each text as it is typed. */
  readonly onText: (text: string) => void;
  /** Takes the text; what speaks against it, in words, leaves it in the field. */
  readonly onAdd: (text: string) => string | undefined;
  readonly error?: string | undefined;
}

/** A suggesting field for one entry of a list: Enter or the button adds it and empties the field. */
export function AddField({
  label,
  hint,
  name,
  required = false,
  suggestions,
  onText,
  onAdd,
  error,
}: AddFieldProps) {
  const [round, setRound] = useState(0);
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const change = (typed: string) => {
    setText(typed);
    onText(typed);
    setRefusal(undefined);
  };
  const add = () => {
    if (text.trim() === '') return;
    const refused = onAdd(text);
    setRefusal(refused);
    if (refused !== undefined) return;
    setText('');
    onText('');
    setRound(round + 1);
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.defaultPrevented || text.trim() === '')
      return;
    event.preventDefault();
    add();
  };
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <Box flex={1} miw={0} onKeyDown={onKeyDown}>
        <SuggestField
          key={round}
          label={label}
          description={hint}
          required={required}
          suggestions={suggestions}
          name={name}
          onChange={change}
          error={refusal ?? error}
        />
      </Box>
      <Button variant="default" mt={48} onClick={add} style={{ flexShrink: 0 }}>
        {t('outgoing.form.add')}
      </Button>
    </Group>
  );
}
