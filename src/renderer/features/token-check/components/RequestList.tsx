import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { codePointLength } from '@shared/kernel/vietnamese-text';
import { vi } from '@shared/i18n/vi';
import { useBridge } from '../../../data/bridge';
import type { CertificateRow } from '../../../data/repositories/reference-repository';
import { useCurrentSession } from '../../../data/session';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { ReasonDialog } from '../../../ui/ReasonDialog';
import { decideRequest } from '../commands/decide-request';
import { decidingRole } from '../roles';
import { usePeople } from '../hooks/use-certificates';
import { InkImage } from './InkImage';

interface RequestListProps {
  readonly requests: readonly CertificateRow[];
}

/** Who asked for which certificate; whoever may confirms it, never their own (K-6). */
export function RequestList({ requests }: RequestListProps) {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const people = usePeople();
  const [failure, setFailure] = useState<Failure>();
  const [refusing, setRefusing] = useState<CertificateRow>();
  const role = decidingRole(user);
  const confirm = async (row: CertificateRow) => {
    if (!role) return;
    const saved = await decideRequest(bridge, row, { role });
    setFailure(saved.ok ? undefined : saved.error);
  };
  return (
    <Stack gap="sm">
      {failure ? <FailureNotice code={failure.code} title={t('tokenCheck.notDecided')} /> : null}
      {requests.map((row) => {
        const mayDecide = role !== undefined && waitsForOffice(row, user.id);
        return (
          <Paper key={row.certificate.id} withBorder p="md">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <RequestText row={row} people={people} />
              {mayDecide ? (
                <Group gap="sm" wrap="nowrap">
                  <ConfirmButton
                    label={t('tokenCheck.confirm')}
                    question={t('tokenCheck.confirmAsk', { holder: row.certificate.holderName })}
                    onConfirm={() => void confirm(row)}
                  />
                  <Button variant="default" onClick={() => setRefusing(row)}>
                    {t('tokenCheck.refuse')}
                  </Button>
                </Group>
              ) : null}
            </Group>
          </Paper>
        );
      })}
      {refusing && role ? (
        <ReasonDialog
          words={vi.tokenCheck.refusal}
          subject={refusing.certificate.holderName}
          isReason={(text) => codePointLength(text.trim()) >= 3}
          onConfirm={(reason) => decideRequest(bridge, refusing, { role, reason: reason.trim() })}
          onClose={() => setRefusing(undefined)}
        />
      ) : null}
    </Stack>
  );
}

const waitsForOffice = ({ certificate: { owner, binding } }: CertificateRow, me: string) =>
  binding?.state === 'choXacNhan' && owner.kind === 'person' && binding.requestedBy !== me;

interface RequestTextProps {
  readonly row: CertificateRow;
  readonly people: ReadonlyMap<string, string>;
}

function RequestText({ row: { certificate }, people }: RequestTextProps) {
  const { holderName, owner, binding, picture } = certificate;
  if (!binding) return null;
  const { state, reason, requestedBy, requestedAt, certificate: facts } = binding;
  const isPerson = owner.kind === 'person';
  return (
    <Stack gap={2}>
      <Text fw={600}>
        {t('tokenCheck.requestOf', {
          holder: [holderName, facts.organization].filter((part) => part !== null).join(', '),
          owner: t(isPerson ? 'tokenCheck.ownerMe' : 'tokenCheck.ownerOrgan'),
        })}
      </Text>
      <Text>
        {t('tokenCheck.requestBy', {
          name: people.get(requestedBy) ?? '–',
          at: formatInstant(requestedAt),
        })}
      </Text>
      {picture && state === 'choXacNhan' ? (
        <InkImage
          picture={picture}
          alt={t(`tokenCheck.picture.alt.${isPerson ? 'handwriting' : 'seal'}`, {
            holder: holderName,
          })}
        />
      ) : null}
      <Text fw={600}>{t(`tokenCheck.states.${state}`, { reason: reason ?? '' })}</Text>
      {state === 'choXacNhan' ? (
        <Text size="sm" c="dark.3">
          {t(isPerson ? 'tokenCheck.waitsForOther' : 'tokenCheck.waitsForProvince')}
        </Text>
      ) : null}
    </Stack>
  );
}
