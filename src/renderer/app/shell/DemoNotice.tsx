import { Alert } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '@shared/i18n/translate';
import { ask, useBridge } from '../../data/bridge';

/** Every page of a demonstration or training says that nothing signed here is worth anything (O-6). */
export function DemoNotice() {
  const bridge = useBridge();
  const [isDemo, setDemo] = useState(false);
  useEffect(() => {
    void ask(bridge, 'app.describe', undefined).then((app) => setDemo(app.ok && app.value.isDemo));
  }, [bridge]);
  return isDemo ? (
    <Alert color="orange" role="note" py={4}>
      {t('app.demo')}
    </Alert>
  ) : null;
}
