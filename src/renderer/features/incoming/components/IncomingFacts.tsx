import { Fieldset } from '@mantine/core';
import type { AttachedFile, IncomingDocument } from '@shared/domain/document/incoming-document';
import { printNumber } from '@shared/domain/register/allocate-number';
import { formatDate, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { IncomingDetail } from '../../../data/repositories/incoming-view';
import { todayInVietnam } from '../../../data/today';
import { useUserNames } from '../../../data/use-user-names';
import { AttachedFileList } from '../../../ui/AttachedFileList';
import { Fact, FactGroup } from '../../../ui/Facts';
import { fieldName, fieldValueText } from '../labels';
import { CorrectionHistory } from './CorrectionHistory';
import { DueBadge } from './DueBadge';

interface IncomingFactsProps {
  readonly detail: IncomingDetail;
  readonly onViewFile: (file: AttachedFile) => void;
  readonly onSaveCopy: (file: AttachedFile) => void;
}

/** Everything the register knows of a paper, in the groups in which it was typed. */
export function IncomingFacts({ detail, onViewFile, onSaveCopy }: IncomingFactsProps) {
  const { document, isReceived, rev } = detail;
  const nameOf = useUserNames();
  return (
    <>
      <FactGroup legend={t('incoming.detail.groupRegister')}>
        <Fact label={fieldName('arrivalNumber')}>
          {document.arrivalNumber === null
            ? t('incoming.waitingNumber')
            : printNumber(document.arrivalNumber)}
        </Fact>
        <Fact label={fieldName('arrivalDate')}>{formatDate(document.arrivalDate)}</Fact>
        <Plain document={document} field="channel" />
        <Plain document={document} field="hasPaper" />
        <Fact label={fieldName('state')}>{t(`incoming.state.${document.state}`)}</Fact>
      </FactGroup>
      <FactGroup legend={t('incoming.detail.groupPaper')}>
        <Plain document={document} field="issuerName" />
        <Plain document={document} field="codeDisplay" />
        <Fact label={fieldName('issuedDate')}>
          {document.issuedDate === null
            ? t('incoming.detail.undated')
            : formatDate(document.issuedDate)}
        </Fact>
        <Plain document={document} field="documentTypeId" />
        <Fact label={fieldName('subject')} isWide>
          {document.subject}
        </Fact>
        <Plain document={document} field="signerName" />
        <Plain document={document} field="signerPosition" />
        <Plain document={document} field="pageAmount" />
        <Plain document={document} field="copies" />
        <Plain document={document} field="priority" />
      </FactGroup>
      <Fieldset legend={t('incoming.field.files')} bg="white" p="sm" pt={4}>
        <AttachedFileList files={document.files} onView={onViewFile} onSaveCopy={onSaveCopy} />
      </Fieldset>
      <FactGroup legend={t('incoming.detail.groupHandling')}>
        <Plain document={document} field="routedTo" />
        <Fact label={fieldName('dueDate')}>
          {document.dueDate === null
            ? t('incoming.detail.noDue')
            : `${formatDate(document.dueDate)} `}
          <DueBadge dueDate={document.dueDate} state={document.state} today={todayInVietnam()} />
        </Fact>
        <Plain document={document} field="requiresReply" />
        <Plain document={document} field="forInfo" />
        <Plain document={document} field="circulation" />
        <Plain document={document} field="note" />
      </FactGroup>
      <CorrectionHistory corrections={document.corrections ?? []} />
      <FactGroup legend={t('incoming.detail.groupHistory')}>
        <Fact label={fieldName('registeredAt')}>{formatInstant(document.registeredAt)}</Fact>
        <Fact label={fieldName('registeredBy')}>{nameOf(document.registeredBy)}</Fact>
        <Fact label={t('incoming.list.columnMark')}>
          {t('incoming.detail.savedLine')}.{' '}
          {isReceived
            ? t('incoming.detail.receivedLine', { rev: String(rev) })
            : t(rev === 0 ? 'incoming.detail.notReceivedLine' : 'incoming.detail.changedLocally')}
        </Fact>
      </FactGroup>
    </>
  );
}

interface PlainProps {
  readonly document: IncomingDocument;
  readonly field: keyof IncomingDocument;
}

const Plain = ({ document, field }: PlainProps) => (
  <Fact label={fieldName(field)}>{fieldValueText(field, document[field])}</Fact>
);
