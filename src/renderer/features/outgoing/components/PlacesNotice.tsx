import { Alert, Button, Text } from '@mantine/core';
import type { PlacesOrigin } from '@shared/domain/signing/places-origin';
import { t } from '@shared/i18n/translate';

interface PlacesNoticeProps {
  readonly origin: PlacesOrigin;
  readonly onLook: () => void;
}

/** Where the places of number, date and signature come from; why the program does not know them. */
export function PlacesNotice({ origin, onLook }: PlacesNoticeProps) {
  return (
    <Alert color={origin.from === 'usual' ? 'orange' : 'teal'} py="xs">
      {origin.from === 'usual' ? (
        <Text size="sm" fw={600}>
          {t(`signing.places.doubt.${origin.doubt}`)}
        </Text>
      ) : null}
      <Text size="sm" mb="xs">
        {t(`signing.places.${origin.from}`)}
      </Text>
      <Button size="xs" variant="default" onClick={onLook}>
        {t('signing.places.look')}
      </Button>
    </Alert>
  );
}
