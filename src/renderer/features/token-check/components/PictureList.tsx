import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import { vi } from '@shared/i18n/vi';
import type { Failure } from '@shared/kernel/result';
import { codePointLength } from '@shared/kernel/vietnamese-text';
import { waitsForPicture, type SigningPicture } from '@shared/domain/signing/signing-certificate';
import type { InkKind } from '@shared/pades/picture/photo';
import { useBridge } from '../../../data/bridge';
import type { CertificateRow } from '../../../data/repositories/reference-repository';
import { useCurrentSession } from '../../../data/session';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { ReasonDialog } from '../../../ui/ReasonDialog';
import { decidePicture, requestPicture } from '../commands/picture';
import { askingRole, pictureRole } from '../roles';
import { InkImage } from './InkImage';
import { PictureDialog } from './PictureDialog';

interface PictureListProps {
  readonly rows: readonly CertificateRow[];
}

/** What signatures by each certificate show, and beside it what was asked for instead (S-13). */
export function PictureList({ rows }: PictureListProps) {
  return rows.map((row) => <PictureRow key={row.certificate.id} row={row} />);
}

const kindOf = ({ certificate: { owner } }: CertificateRow): InkKind =>
  owner.kind === 'organ' ? 'seal' : 'handwriting';

interface PictureRowProps {
  readonly row: CertificateRow;
}

function PictureRow({ row }: PictureRowProps) {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const [open, setOpen] = useState<'making' | 'refusing'>();
  const [failure, setFailure] = useState<Failure>();
  const { certificate } = row;
  const { holderName, pictureChange: change } = certificate;
  const asking = askingRole(user, row);
  const deciding = pictureRole(user, row);
  const kind = kindOf(row);
  const confirm = async () => {
    if (!deciding || !change) return;
    const saved = await decidePicture(bridge, row, { role: deciding, change });
    setFailure(saved.ok ? undefined : saved.error);
  };
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} title={t('tokenCheck.notDecided')} /> : null}
        <Group justify="space-between" align="flex-start">
          <Text fw={600}>{holderName}</Text>
          {asking ? (
            <Button variant="default" onClick={() => setOpen('making')}>
              {t(`tokenCheck.picture.change.${kind}`)}
            </Button>
          ) : null}
        </Group>
        <Pictures row={row} />
        {deciding ? (
          <Group gap="sm">
            <ConfirmButton
              label={t('tokenCheck.picture.confirm')}
              question={t('tokenCheck.picture.confirmAsk', { holder: holderName })}
              onConfirm={() => void confirm()}
            />
            <Button variant="default" onClick={() => setOpen('refusing')}>
              {t('tokenCheck.picture.refuse')}
            </Button>
          </Group>
        ) : null}
      </Stack>
      {open === 'making' && asking ? (
        <PictureDialog
          kind={kind}
          ownerName={holderName}
          takeLabel={t('tokenCheck.picture.send')}
          onTake={(picture) => requestPicture(bridge, row, { role: asking, picture })}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {open === 'refusing' && deciding && change ? (
        <ReasonDialog
          words={vi.tokenCheck.picture.refusal}
          subject={holderName}
          isReason={(text) => codePointLength(text.trim()) >= 3}
          onConfirm={(reason) =>
            decidePicture(bridge, row, { role: deciding, change, reason: reason.trim() })
          }
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </Paper>
  );
}

/** The one in use, and beside it the one that waits. */
function Pictures({ row }: PictureRowProps) {
  const { picture, pictureChange: change, owner, holderName } = row.certificate;
  const alt = t(`tokenCheck.picture.alt.${kindOf(row)}`, { holder: holderName });
  return (
    <>
      <Group gap="xl" align="flex-start">
        <Framed title={t('tokenCheck.picture.current')} picture={picture} alt={alt} />
        {waitsForPicture(row.certificate) ? (
          <Framed
            title={t('tokenCheck.picture.asked')}
            picture={change?.picture ?? null}
            alt={alt}
          />
        ) : null}
      </Group>
      {change ? (
        <Text fw={600}>
          {t(`tokenCheck.picture.states.${change.state}`, { reason: change.reason ?? '' })}
        </Text>
      ) : null}
      {waitsForPicture(row.certificate) ? (
        <Text c="dark.3">
          {t(
            owner.kind === 'organ'
              ? 'tokenCheck.picture.waitsForProvince'
              : 'tokenCheck.waitsForOther',
          )}
        </Text>
      ) : null}
    </>
  );
}

interface FramedProps {
  readonly title: string;
  readonly picture: SigningPicture | null;
  readonly alt: string;
}

function Framed({ title, picture, alt }: FramedProps) {
  return (
    <Stack gap={4}>
      <Text c="dark.3">{title}</Text>
      {picture ? (
        <InkImage picture={picture} alt={`${title}: ${alt}`} />
      ) : (
        <Text>{t('tokenCheck.picture.none')}</Text>
      )}
    </Stack>
  );
}
