import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { roleFor } from '@shared/domain/organ/permission';
import type { SigningPicture } from '@shared/domain/signing/signing-certificate';
import { t } from '@shared/i18n/translate';
import type { Input } from '@shared/ipc/contract';
import type { CheckedCertificate } from '@shared/ipc/device-check';
import { ok } from '@shared/kernel/result';
import type { InkKind } from '@shared/pades/picture/photo';
import { useCurrentSession } from '../../../data/session';
import { InkImage } from './InkImage';
import { PictureDialog } from './PictureDialog';

interface CertificateActionsProps {
  readonly certificate: CheckedCertificate;
  /** A request for it waits already. */
  readonly isAsked: boolean;
  readonly onBegin: (request: Input<'signing.beginProof'>) => void;
}

/** What can be done with a certificate that is plugged in; the PIN is typed in the signing window alone (K-6, K-10). */
export function CertificateActions({ certificate, isAsked, onBegin }: CertificateActionsProps) {
  const [pictures, setPictures] = useState<Partial<Record<InkKind, SigningPicture>>>({});
  const [making, setMaking] = useState<InkKind>();
  const { user, organs } = useCurrentSession();
  const { thumbprint, registeredFor, daysLeft, renews, holderName } = certificate;
  if (daysLeft < 0) return null;
  const mayBind = registeredFor === null && !isAsked;
  const sealed = organs.filter(({ id }) => roleFor(user, 'holdSeal', id) !== undefined);
  const bind = (organId: string | null, kind: InkKind) =>
    onBegin({ purpose: 'bind', thumbprint, organId, picture: pictures[kind] ?? null });
  const kinds: readonly InkKind[] = sealed.length > 0 ? ['handwriting', 'seal'] : ['handwriting'];
  const ownerOf = (kind: InkKind): string =>
    kind === 'seal' ? (sealed[0]?.name ?? '') : user.fullName;
  return (
    <>
      {mayBind && renews ? (
        <Text fw={600} c="orange.9" style={{ gridColumn: '1 / -1' }}>
          {t('tokenCheck.renewal', { holder: holderName })}
        </Text>
      ) : null}
      <Group gap="sm" style={{ gridColumn: '1 / -1' }}>
        {mayBind ? (
          <Button onClick={() => bind(null, 'handwriting')}>{t('tokenCheck.bindMe')}</Button>
        ) : null}
        {mayBind
          ? sealed.map(({ id, name }) => (
              <Button key={id} variant="default" onClick={() => bind(id, 'seal')}>
                {t('tokenCheck.bindOrgan', { organ: name })}
              </Button>
            ))
          : null}
        {mayBind
          ? kinds.map((kind) => (
              <Button key={kind} variant="default" onClick={() => setMaking(kind)}>
                {t(`tokenCheck.picture.make.${kind}`)}
              </Button>
            ))
          : null}
        <Button
          variant="default"
          onClick={() => onBegin({ purpose: 'tryOut', thumbprint, organId: null, picture: null })}
        >
          {t('tokenCheck.tryOut')}
        </Button>
        {isAsked ? <Text fw={600}>{t('tokenCheck.states.choXacNhan')}</Text> : null}
      </Group>
      {kinds.map((kind) => {
        const picture = mayBind ? pictures[kind] : undefined;
        return picture ? (
          <Group key={kind} gap="sm" style={{ gridColumn: '1 / -1' }}>
            <InkImage
              picture={picture}
              alt={t(`tokenCheck.picture.alt.${kind}`, { holder: ownerOf(kind) })}
            />
            <Text>{t('tokenCheck.picture.goesAlong')}</Text>
          </Group>
        ) : null;
      })}
      {making ? (
        <PictureDialog
          kind={making}
          ownerName={ownerOf(making)}
          takeLabel={t('tokenCheck.picture.use')}
          onTake={(picture) => {
            setPictures({ ...pictures, [making]: picture });
            return Promise.resolve(ok(undefined));
          }}
          onClose={() => setMaking(undefined)}
        />
      ) : null}
    </>
  );
}
