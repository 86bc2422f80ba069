import { ActionIcon, Badge, Group, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Recipient } from '@shared/domain/document/outgoing-document';
import type { Agency } from '@shared/domain/organ/organ';
import { t } from '@shared/i18n/translate';
import { recipientFrom, withRecipient } from '../draft-form';
import { useIncomingSuggestions } from '../hooks/use-outgoing';
import { AddField } from './AddField';

interface RecipientListProps {
  readonly agencies: readonly Agency[];
  readonly recipients: readonly Recipient[];
  readonly onChange: (recipients: readonly Recipient[]) => void;
  /** A name that was typed and not added yet. */
  readonly onPending: (text: string) => void;
  readonly error?: string | undefined;
}

export function RecipientList({
  agencies,
  recipients,
  onChange,
  onPending,
  error,
}: RecipientListProps) {
  const add = (text: string) => {
    const recipient = recipientFrom(text, agencies);
    if (!recipient) return undefined;
    const added = withRecipient(recipients, recipient);
    if (added.error === undefined) onChange(added.recipients);
    return added.error;
  };
  return (
    <Stack gap="xs">
      <AddField
        label={t('outgoing.form.recipientName')}
        hint={t('outgoing.form.recipientHint')}
        name="recipients"
        required
        suggestions={agencies.map(({ id, name }) => ({ id, label: name }))}
        onText={onPending}
        onAdd={add}
        error={error}
      />
      <Entries
        label={t('outgoing.field.recipients')}
        entries={recipients.map(({ name, channel }) => ({
          key: name,
          name,
          mark: t(`outgoing.recipientChannel.${channel}`),
        }))}
        onRemove={(key) => onChange(recipients.filter(({ name }) => name !== key))}
      />
    </Stack>
  );
}

/** An incoming document that the draft answers. */
export interface Answered {
  readonly id: string;
  readonly title: string;
}

interface AnsweredListProps {
  readonly answered: readonly Answered[];
  readonly onChange: (answered: readonly Answered[]) => void;
}

export function AnsweredList({ answered, onChange }: AnsweredListProps) {
  const [text, setText] = useState('');
  const suggestions = useIncomingSuggestions(text);
  const add = (typed: string) => {
    const found = suggestions.find(({ label }) => label === typed);
    if (!found) return t('outgoing.invalid.replyUnknown');
    if (!answered.some(({ id }) => id === found.id))
      onChange([...answered, { id: found.id, title: found.label }]);
    return undefined;
  };
  return (
    <Stack gap="xs">
      <AddField
        label={t('outgoing.form.replyName')}
        hint={t('outgoing.form.replyHint')}
        name="replyTo"
        suggestions={suggestions}
        // A chosen suggestion stays findable: its label is no search.
        onText={(typed) => {
          if (!suggestions.some(({ label }) => label === typed)) setText(typed);
        }}
        onAdd={add}
      />
      <Entries
        label={t('outgoing.field.replyToIncomingIds')}
        entries={answered.map(({ id, title }) => ({ key: id, name: title }))}
        onRemove={(key) => onChange(answered.filter(({ id }) => id !== key))}
      />
    </Stack>
  );
}

interface EntriesProps {
  readonly label: string;
  readonly entries: readonly {
    readonly key: string;
    readonly name: string;
    readonly mark?: string;
  }[];
  readonly onRemove: (key: string) => void;
}

function Entries({ label, entries, onRemove }: EntriesProps) {
  if (entries.length === 0) return null;
  return (
    <Stack component="ul" aria-label={label} gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
      {entries.map(({ key, name, mark }) => (
        <Group component="li" key={key} gap="xs" wrap="nowrap">
          <Text flex={1} miw={0} truncate title={name}>
            {name}
          </Text>
          {mark === undefined ? null : (
            <Badge variant="outline" color="dark" tt="none" radius="sm">
              {mark}
            </Badge>
          )}
          <ActionIcon
            variant="default"
            aria-label={t('outgoing.form.removeNamed', { name })}
            onClick={() => onRemove(key)}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
    </Stack>
  );
}
