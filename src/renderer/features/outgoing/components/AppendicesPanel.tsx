import { Button, Checkbox, Fieldset, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Appendix } from '@shared/domain/document/outgoing-document';
import { t } from '@shared/i18n/translate';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { ask, useBridge } from '../../../data/bridge';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { useRoleFor } from '../../../data/session';
import { useAttachments } from '../../../data/use-attachments';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FilePicker } from '../../../ui/FilePicker';
import { FileVerdict, useBeginSigning } from '../../signing';

interface AppendicesPanelProps {
  readonly detail: OutgoingDetail;
  readonly onViewFile: (file: AttachedFile) => void;
}

/** Appendices in files of their own: linked to the sealed document by the clerk, then signed by the organ (S-9). */
export function AppendicesPanel({ detail, onViewFile }: AppendicesPanelProps) {
  const { appendices, state, organId } = detail.document;
  const role = useRoleFor('holdSeal')(organId);
  const bridge = useBridge();
  const { begin, failure } = useBeginSigning();
  const [refusal, setRefusal] = useState<string>();
  const canAct = role !== undefined && state === 'daDongDau';
  if (appendices.length === 0 && !canAct) return null;
  const unsigned = appendices.filter(({ isSigned }) => !isSigned);

  const append = async (
    kind: 'addAppendix' | 'dropAppendix',
    body: JsonObject,
    file?: AttachedFile,
  ) => {
    if (role === undefined) return;
    const { id, rev } = detail;
    const answer = await ask(bridge, 'operations.append', {
      drafts: [
        {
          kind: `cmd.${kind}`,
          target: { type: 'outgoingDocument', id },
          base: rev === 0 ? null : rev,
          role,
          body,
          ...(file ? { files: [file.sha256] } : {}),
        },
      ],
    });
    setRefusal(answer.ok ? undefined : answer.error.code);
  };

  return (
    <Fieldset legend={t('appendix.title')} bg="white" p="sm" pt={4}>
      <Stack gap="sm">
        {failure || refusal ? <FailureNotice code={failure ?? refusal ?? ''} /> : null}
        {appendices.length === 0 ? (
          <Text c="dark.3">{t('appendix.none')}</Text>
        ) : (
          <AppendixTable
            appendices={appendices}
            canDrop={canAct}
            onViewFile={onViewFile}
            onDrop={(appendixId) => void append('dropAppendix', { appendixId })}
          />
        )}
        {canAct ? (
          <AddAppendix
            onAdd={(file) =>
              void append('addAppendix', { appendixId: crypto.randomUUID(), file }, file)
            }
          />
        ) : null}
        {canAct && unsigned.length > 0 ? (
          <Group justify="flex-end">
            <Button
              onClick={() =>
                void begin(
                  'appendix',
                  unsigned.map(({ id }) => id),
                )
              }
            >
              {t('appendix.sign', { count: unsigned.length })}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Fieldset>
  );
}

interface AppendixTableProps {
  readonly appendices: readonly Appendix[];
  readonly canDrop: boolean;
  readonly onViewFile: (file: AttachedFile) => void;
  readonly onDrop: (appendixId: string) => void;
}

function AppendixTable({ appendices, canDrop, onViewFile, onDrop }: AppendixTableProps) {
  return (
    <Table verticalSpacing={6}>
      <Table.Tbody>
        {appendices.map(({ id, file, isSigned }) => (
          <Table.Tr key={id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{file.name}</Table.Td>
            <Table.Td>
              {isSigned ? (
                <FileVerdict sha256={file.sha256} />
              ) : (
                <Text>{t('appendix.unsigned')}</Text>
              )}
            </Table.Td>
            <Table.Td>
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                <Button variant="default" size="compact-md" onClick={() => onViewFile(file)}>
                  {t('files.view')}
                </Button>
                {canDrop && !isSigned ? (
                  <Button variant="default" size="compact-md" onClick={() => onDrop(id)}>
                    {t('appendix.drop')}
                  </Button>
                ) : null}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function AddAppendix({ onAdd }: { readonly onAdd: (file: AttachedFile) => void }) {
  const attachments = useAttachments('phuLuc');
  const [isConfirmed, setConfirmed] = useState(false);
  const [asksStatement, setAsksStatement] = useState(false);
  return (
    <Stack gap="xs">
      <Text size="sm" c="dark.3">
        {t('appendix.hint')}
      </Text>
      <FilePicker
        entries={attachments.entries.filter((entry) => entry.state.status !== 'ready')}
        mayAdd={() => {
          setAsksStatement(!isConfirmed);
          return isConfirmed;
        }}
        onAdd={(files) => attachments.add(files, (imported) => onAdd(imported.file))}
        onRemove={attachments.remove}
        accept=".pdf"
        error={asksStatement ? t('outgoing.invalid.notSecretConfirmed') : undefined}
      />
      <Checkbox
        label={t('appendix.secrecy')}
        name="notSecretConfirmed"
        checked={isConfirmed}
        onChange={(event) => {
          setConfirmed(event.currentTarget.checked);
          setAsksStatement(false);
        }}
      />
    </Stack>
  );
}
