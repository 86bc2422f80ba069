import { Checkbox, Fieldset, Grid, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useMemo, useState } from 'react';
import { documentTypes, findDocumentType } from '@shared/domain/document/document-type';
import type { Agency } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import { t } from '@shared/i18n/translate';
import type { LocalDate } from '@shared/kernel/local-date';
import { DateField } from '../../../ui/DateField';
import { SuggestField } from '../../../ui/SuggestField';
import { channelOptions, circulationOptions, priorityOptions } from '../labels';
import { findTypedDocumentType, type RegistrationValues } from '../registration-form';

type RegistrationFormApi = UseFormReturnType<RegistrationValues>;

interface FieldsProps {
  readonly form: RegistrationFormApi;
  readonly today: LocalDate;
}

interface ReceptionFieldsProps extends FieldsProps {
  readonly registers: readonly Register[];
}

/** What the stamp ĐẾN says; fixed once registered. */
export function ReceptionFields({ form, today, registers }: ReceptionFieldsProps) {
  return (
    <Fieldset legend={t('incoming.form.groupSource')} p="sm" pt={4}>
      <Grid gap="sm">
        <Grid.Col span={4}>
          <NativeSelect
            label={t('incoming.field.registerId')}
            withAsterisk
            name="registerId"
            key={form.key('registerId')}
            {...form.getInputProps('registerId')}
            data={registers.map(({ id, name, year }) => ({ value: id, label: `${name} ${year}` }))}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <DateField
            label={t('incoming.field.arrivalDate')}
            required
            today={today}
            name="arrivalDate"
            key={form.key('arrivalDate')}
            {...form.getInputProps('arrivalDate')}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <NativeSelect
            label={t('incoming.field.channel')}
            withAsterisk
            name="channel"
            key={form.key('channel')}
            {...form.getInputProps('channel')}
            data={channelOptions}
          />
        </Grid.Col>
        <Grid.Col span={2}>
          <Checkbox
            mt={32}
            label={t('incoming.field.hasPaper')}
            key={form.key('hasPaper')}
            {...form.getInputProps('hasPaper', { type: 'checkbox' })}
          />
        </Grid.Col>
      </Grid>
    </Fieldset>
  );
}

interface PaperFieldsProps extends FieldsProps {
  readonly agencies: readonly Agency[];
}

const typeSuggestions = documentTypes.map(({ id, name, abbreviation }) => ({
  id,
  label: name,
  ...(abbreviation === '' ? {} : { also: abbreviation }),
}));

const typeNameOf = (typed: string): string | undefined => {
  const id = findTypedDocumentType(typed);
  return id === undefined ? undefined : findDocumentType(id)?.name;
};

/** What stands on the paper, in the order it is read. */
export function PaperFields({ form, today, agencies }: PaperFieldsProps) {
  const [isUndated, setUndated] = useState(form.getValues().undated);
  const issuers = useMemo(() => agencies.map(({ id, name }) => ({ id, label: name })), [agencies]);
  const undated = form.getInputProps('undated', { type: 'checkbox' });
  return (
    <Fieldset legend={t('incoming.form.groupPaper')} p="sm" pt={4}>
      <Grid gap="sm">
        <Grid.Col span={6}>
          <SuggestField
            label={t('incoming.field.issuerName')}
            required
            suggestions={issuers}
            name="issuerName"
            key={form.key('issuerName')}
            {...form.getInputProps('issuerName')}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <TextInput
            label={t('incoming.field.codeDisplay')}
            withAsterisk
            autoComplete="off"
            spellCheck={false}
            title={t('incoming.form.codeHint')}
            name="codeDisplay"
            key={form.key('codeDisplay')}
            {...form.getInputProps('codeDisplay')}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <DateField
            label={t('incoming.field.issuedDate')}
            required={!isUndated}
            disabled={isUndated}
            today={today}
            name="issuedDate"
            key={form.key('issuedDate')}
            {...form.getInputProps('issuedDate')}
          />
          <Checkbox
            mt={4}
            size="xs"
            label={t('incoming.field.undated')}
            key={form.key('undated')}
            {...undated}
            onChange={(event) => {
              setUndated(event.currentTarget.checked);
              undated.onChange(event);
            }}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <SuggestField
            label={t('incoming.field.documentTypeId')}
            required
            showAll
            suggestions={typeSuggestions}
            writeOut={typeNameOf}
            name="documentType"
            key={form.key('documentType')}
            {...form.getInputProps('documentType')}
          />
        </Grid.Col>
        <Grid.Col span={9}>
          <Textarea
            label={t('incoming.field.subject')}
            withAsterisk
            autosize
            minRows={1}
            maxRows={4}
            name="subject"
            key={form.key('subject')}
            {...form.getInputProps('subject')}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <TextField form={form} name="signerName" />
        </Grid.Col>
        <Grid.Col span={3}>
          <TextField form={form} name="signerPosition" />
        </Grid.Col>
        <Grid.Col span={2}>
          <TextField form={form} name="pageAmount" isNumber />
        </Grid.Col>
        <Grid.Col span={2}>
          <TextField form={form} name="copies" isNumber />
        </Grid.Col>
        <Grid.Col span={2}>
          <NativeSelect
            label={t('incoming.field.priority')}
            name="priority"
            key={form.key('priority')}
            {...form.getInputProps('priority')}
            data={priorityOptions}
          />
        </Grid.Col>
      </Grid>
    </Fieldset>
  );
}

/** Who shall do what, by when. */
export function HandlingFields({ form, today }: FieldsProps) {
  const [isForInfo, setForInfo] = useState(form.getValues().forInfo);
  const forInfo = form.getInputProps('forInfo', { type: 'checkbox' });
  return (
    <Fieldset legend={t('incoming.form.groupHandling')} p="sm" pt={4}>
      <Grid gap="sm">
        <Grid.Col span={4}>
          <TextField form={form} name="routedTo" />
        </Grid.Col>
        <Grid.Col span={3}>
          <DateField
            label={t('incoming.field.dueDate')}
            disabled={isForInfo}
            today={today}
            name="dueDate"
            key={form.key('dueDate')}
            {...form.getInputProps('dueDate')}
          />
        </Grid.Col>
        <Grid.Col span={2}>
          <Checkbox
            mt={10}
            label={t('incoming.field.requiresReply')}
            key={form.key('requiresReply')}
            {...form.getInputProps('requiresReply', { type: 'checkbox' })}
          />
          <Checkbox
            mt={8}
            label={t('incoming.field.forInfo')}
            key={form.key('forInfo')}
            {...forInfo}
            onChange={(event) => {
              setForInfo(event.currentTarget.checked);
              forInfo.onChange(event);
            }}
          />
        </Grid.Col>
        <Grid.Col span={3}>
          <NativeSelect
            label={t('incoming.field.circulation')}
            name="circulation"
            key={form.key('circulation')}
            {...form.getInputProps('circulation')}
            data={circulationOptions}
          />
        </Grid.Col>
        <Grid.Col span={12}>
          <TextField form={form} name="note" />
        </Grid.Col>
      </Grid>
    </Fieldset>
  );
}

interface TextFieldProps {
  readonly form: RegistrationFormApi;
  readonly name: 'signerName' | 'signerPosition' | 'pageAmount' | 'copies' | 'routedTo' | 'note';
  readonly isNumber?: boolean;
}

function TextField({ form, name, isNumber = false }: TextFieldProps) {
  return (
    <TextInput
      label={t(`incoming.field.${name}`)}
      autoComplete="off"
      {...(isNumber ? { inputMode: 'numeric' } : {})}
      name={name}
      key={form.key(name)}
      {...form.getInputProps(name)}
    />
  );
}
