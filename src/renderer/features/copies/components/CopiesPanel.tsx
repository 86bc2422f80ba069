import { Badge, Button, Fieldset, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { copySourceOf, type CertifiedCopy } from '@shared/domain/document/certified-copy';
import type { AttachedFile, IncomingDocument } from '@shared/domain/document/incoming-document';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { ErrorCode } from '@shared/errors/catalogue';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { DocumentId } from '@shared/kernel/ids';
import { useBridge } from '../../../data/bridge';
import type { HeldCopy } from '../../../data/repositories/copy-repository';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FileVerdict, useBeginSigning } from '../../signing';
import { requestCopyNumber } from '../commands/make-copy';
import { wayName, waysFor } from '../copy-form';
import { useCopiesOf, useCopyRegister } from '../hooks/use-copies';
import { MakeCopyDialog } from './MakeCopyDialog';
import { PrintCopy } from './PrintCopy';

interface CopiesPanelProps {
  readonly type: CertifiedCopy['targetType'];
  readonly id: string;
  /** The document as the screen has it. */
  readonly document: IncomingDocument | OutgoingDocument;
  readonly onViewFile: (file: AttachedFile) => void;
}

/** "Bản sao" of a document: those that were made, and the clerk's button to make one. */
export function CopiesPanel({ type, id, document, onViewFile }: CopiesPanelProps) {
  const copies = useCopiesOf(id);
  const role = useRoleFor('makeCopy')(document.organId);
  const source = copySourceOf(type, document);
  const ways = source ? waysFor(source) : [];
  const [isMaking, setMaking] = useState(false);
  const [printing, setPrinting] = useState<CertifiedCopy>();
  const { begin, failure } = useBeginSigning();
  const [refusal, setRefusal] = useState<ErrorCode>();
  const canMake = role !== undefined && source !== undefined && ways.length > 0;
  if (copies.length === 0 && !canMake) return null;

  return (
    <Fieldset legend={t('copy.title')} bg="white" p="sm" pt={4}>
      <Stack gap="sm">
        {failure || refusal ? <FailureNotice code={failure ?? refusal ?? ''} /> : null}
        {copies.length === 0 ? (
          <Text c="dark.3">{t('copy.none')}</Text>
        ) : (
          <CopyTable
            copies={copies}
            canAct={role !== undefined}
            onViewFile={onViewFile}
            onSign={(copyId) => void begin('copy', [copyId])}
            onPrint={setPrinting}
            onRefused={setRefusal}
          />
        )}
        {canMake ? (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setMaking(true)}>
              {t('copy.make')}
            </Button>
          </Group>
        ) : null}
      </Stack>
      {isMaking && role !== undefined && source ? (
        <MakeCopyDialog
          source={source}
          ways={ways}
          role={role}
          target={{ targetType: type, targetId: id as DocumentId }}
          onClose={() => setMaking(false)}
        />
      ) : null}
      {printing ? <PrintCopy copy={printing} onClose={() => setPrinting(undefined)} /> : null}
    </Fieldset>
  );
}

interface CopyTableProps {
  readonly copies: readonly HeldCopy[];
  readonly canAct: boolean;
  readonly onViewFile: (file: AttachedFile) => void;
  readonly onSign: (copyId: string) => void;
  readonly onPrint: (copy: CertifiedCopy) => void;
  readonly onRefused: (code: ErrorCode | undefined) => void;
}

function CopyTable({ copies, canAct, onViewFile, onSign, onPrint, onRefused }: CopyTableProps) {
  return (
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('copy.column.code')}</Table.Th>
          <Table.Th>{t('copy.column.way')}</Table.Th>
          <Table.Th>{t('copy.column.state')}</Table.Th>
          <Table.Th />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {copies.map((held) => (
          <Table.Tr key={held.id}>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>
              <CopyCode copy={held.copy} />
            </Table.Td>
            <Table.Td>{wayName(held.copy)}</Table.Td>
            <Table.Td>
              <CopyState copy={held.copy} />
            </Table.Td>
            <Table.Td>
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                {held.copy.pdf ? (
                  <Button
                    variant="default"
                    size="compact-md"
                    onClick={() => held.copy.pdf && onViewFile(held.copy.pdf)}
                  >
                    {t('files.view')}
                  </Button>
                ) : null}
                {canAct ? (
                  <NextStep held={held} onSign={onSign} onPrint={onPrint} onRefused={onRefused} />
                ) : null}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function CopyCode({ copy }: { readonly copy: CertifiedCopy }) {
  if (copy.codeDisplay === null)
    return (
      <Badge color="orange.9" variant="filled" tt="none" radius="sm">
        {t('copy.waitingNumber')}
      </Badge>
    );
  return (
    <Stack gap={0}>
      <Text fw={600}>{copy.codeDisplay}</Text>
      <Text size="sm">{formatDate(copy.issuedDate)}</Text>
    </Stack>
  );
}

/** Where it stands; a digital signature with the verdict on it. */
function CopyState({ copy }: { readonly copy: CertifiedCopy }) {
  if (copy.state === 'daKySo' && copy.pdf) return <FileVerdict sha256={copy.pdf.sha256} />;
  const key = copy.state === 'daCapSo' && copy.to === 'giay' ? 'choKyTay' : copy.state;
  return <Text>{t(`copy.state.${key}`)}</Text>;
}

interface NextStepProps extends Pick<CopyTableProps, 'onSign' | 'onPrint' | 'onRefused'> {
  readonly held: HeldCopy;
}

function NextStep({ held: { id, rev, copy }, onSign, onPrint, onRefused }: NextStepProps) {
  const bridge = useBridge();
  const register = useCopyRegister(copy.organId);
  const role = useRoleFor('makeCopy')(copy.organId);
  const { organs } = useCurrentSession();
  const organ = organs.find((one) => one.id === copy.organId);
  const isUnasked = copy.state === 'choCapSo' && copy.numberRequestedAt === null;
  if (isUnasked && register && role && organ) {
    const asked = { registerId: register.id, organShortName: organ.shortName, role };
    const request = async () => {
      const answer = await requestCopyNumber(bridge, { id, rev }, asked);
      onRefused(answer.ok ? undefined : answer.error.code);
    };
    return (
      <Button size="compact-md" onClick={() => void request()}>
        {t('copy.requestNumber')}
      </Button>
    );
  }
  if (copy.state !== 'daCapSo') return null;
  return copy.to === 'dienTu' ? (
    <Button size="compact-md" onClick={() => onSign(id)}>
      {t('copy.sign')}
    </Button>
  ) : (
    <Button size="compact-md" onClick={() => onPrint(copy)}>
      {t('copy.print')}
    </Button>
  );
}
