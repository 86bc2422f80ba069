import { formatBytes, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { HubFigures } from '@shared/domain/organ/hub-host';
import type { HubHostView } from '@shared/ipc/hub';
import { Fact, FactGroup } from '../../../ui/Facts';

interface HubHostFactsProps {
  readonly figures: HubFigures;
  readonly way: NonNullable<HubHostView['way']>;
}

/** How the hub on this PC is. */
export function HubHostFacts({ figures, way }: HubHostFactsProps) {
  const { provinceHeardAt, waitingLines, waitingFiles, registers, diskBytes } = figures;
  return (
    <FactGroup legend={t('hubHost.facts')}>
      <Fact label={t('hubHost.province')}>
        {provinceHeardAt === null ? t('hubHost.notSince') : formatInstant(provinceHeardAt)}
      </Fact>
      <Fact label={t('hubHost.lines')}>{waitingLines}</Fact>
      <Fact label={t('hubHost.files')}>{waitingFiles}</Fact>
      <Fact label={t('hubHost.registers')}>{registers}</Fact>
      <Fact label={t('hubHost.validUntil')}>{formatInstant(figures.validUntil)}</Fact>
      <Fact label={t('hubHost.disk')}>{formatBytes(diskBytes)}</Fact>
      <Fact label={t('hubHost.version')}>{figures.version}</Fact>
      <Fact label={t('hubHost.begins')}>{t(`hubHost.way.${way}`)}</Fact>
    </FactGroup>
  );
}
