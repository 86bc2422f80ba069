import { Fieldset, Grid, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { documentTypes } from '@shared/domain/document/document-type';
import type { Organ, OrgUnit } from '@shared/domain/organ/organ';
import { t } from '@shared/i18n/translate';
import type { LocalDate } from '@shared/kernel/local-date';
import { DateField } from '../../../ui/DateField';
import { circulationOptions, priorityOptions } from '../../incoming';
import type { DraftValues, Signer } from '../draft-form';

type DraftFormApi = UseFormReturnType<DraftValues>;

const typeOptions = documentTypes
  .filter(({ group }) => group === 'hanhChinh')
  .map(({ id, name }) => ({ value: id, label: name }));

interface DocumentFieldsProps {
  readonly form: DraftFormApi;
  readonly organs: readonly Organ[];
  readonly units: readonly OrgUnit[];
  readonly signers: readonly Signer[];
  /** Organ and unit are fixed once the draft exists. */
  readonly isNew: boolean;
}

/**
 * What will stand on the document. Choices may come after the form, while the office's records are still being loaded: a
 * field is made anew with them, and so shows what was chosen for it.
 */
export function DocumentFields({ form, organs, units, signers, isNew }: DocumentFieldsProps) {
  const select = (name: 'organId' | 'draftingUnitId' | 'documentTypeId' | 'signerUserId') => ({
    label: t(`outgoing.field.${name === 'signerUserId' ? 'signerName' : name}`),
    withAsterisk: true,
    name,
    ...form.getInputProps(name),
  });
  return (
    <Fieldset legend={t('outgoing.form.groupDraft')} p="sm" pt={4}>
      <Grid gap="sm">
        <Grid.Col span={3}>
          <NativeSelect
            key={form.key('documentTypeId')}
            {...select('documentTypeId')}
            data={[CHOOSE, ...typeOptions]}
          />
        </Grid.Col>
        <Grid.Col span={9}>
          <Textarea
            label={t('outgoing.field.subject')}
            withAsterisk
            autosize
            minRows={1}
            maxRows={4}
            name="subject"
            key={form.key('subject')}
            {...form.getInputProps('subject')}
          />
        </Grid.Col>
        <Grid.Col span={4}>
          <NativeSelect
            key={`${form.key('organId')} ${organs.length}`}
            {...select('organId')}
            disabled={!isNew}
            data={organs.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Grid.Col>
        <Grid.Col span={4}>
          <NativeSelect
            key={`${form.key('draftingUnitId')} ${units.length}`}
            {...select('draftingUnitId')}
            disabled={!isNew}
            data={[CHOOSE, ...units.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        </Grid.Col>
        <Grid.Col span={4}>
          <NativeSelect
            key={`${form.key('signerUserId')} ${signers.length}`}
            {...select('signerUserId')}
            data={[
              CHOOSE,
              ...signers.map(({ userId, name, position }) => ({
                value: userId,
                label: t('outgoing.form.signerOption', { name, position }),
              })),
            ]}
          />
        </Grid.Col>
      </Grid>
    </Fieldset>
  );
}

const CHOOSE = { value: '', label: t('outgoing.form.choose') };

interface MoreFieldsProps {
  readonly form: DraftFormApi;
  readonly today: LocalDate;
}

export function MoreFields({ form, today }: MoreFieldsProps) {
  return (
    <Fieldset legend={t('outgoing.form.groupMore')} p="sm" pt={4}>
      <Grid gap="sm">
        <Grid.Col span={3}>
          <NativeSelect
            label={t('outgoing.field.priority')}
            name="priority"
            key={form.key('priority')}
            {...form.getInputProps('priority')}
            data={priorityOptions}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <NativeSelect
            label={t('outgoing.field.circulation')}
            name="circulation"
            key={form.key('circulation')}
            {...form.getInputProps('circulation')}
            data={circulationOptions}
          />
        </Grid.Col>
        <Grid.Col span={2}>
          <DateField
            label={t('outgoing.field.replyDueDate')}
            today={today}
            name="replyDueDate"
            key={form.key('replyDueDate')}
            {...form.getInputProps('replyDueDate')}
          />
        </Grid.Col>
        <Grid.Col span={4}>
          <TextInput
            label={t('outgoing.field.note')}
            autoComplete="off"
            name="note"
            key={form.key('note')}
            {...form.getInputProps('note')}
          />
        </Grid.Col>
      </Grid>
    </Fieldset>
  );
}
