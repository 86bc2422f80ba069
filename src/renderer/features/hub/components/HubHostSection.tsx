import { Alert, Box, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { mayInOffice } from '@shared/domain/organ/permission';
import { t } from '@shared/i18n/translate';
import type { HubHostView } from '@shared/ipc/hub';
import type { MovedWork } from '@shared/domain/organ/hub-host';
import type { Failure, Result } from '@shared/kernel/result';
import { ask, useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer } from '../../../data/live';
import { useCurrentSession } from '../../../data/session';
import { useLive } from '../../../data/use-live';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { HubCodes } from './HubCodes';
import { HubHostFacts } from './HubHostFacts';

/** "Dùng máy này làm trạm của cơ quan" (sync §20), for who may manage the office's machines. */
export function HubHostSection() {
  const { user } = useCurrentSession();
  return mayInOffice(user, 'manageDevices') ? <HubHost /> : null;
}

type Press = 'install' | 'restart' | 'remove' | 'saveWork' | 'takeWork';

function HubHost() {
  const bridge = useBridge();
  const [presses, setPresses] = useState(0);
  const found = liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'hubHost.describe', undefined, 'sync.statusChanged'),
        // Looked at anew after each press: not every one changes the sync status.
        // oxlint-disable-next-line react/exhaustive-deps -- `presses` is what asks for it
        [bridge, presses],
      ),
    ),
  );
  const [busy, setBusy] = useState<Press>();
  const [failure, setFailure] = useState<Failure>();
  const [moved, setMoved] = useState<{
    readonly how: 'saved' | 'taken';
    readonly work: MovedWork;
  }>();
  const [isShowingCodes, setShowingCodes] = useState(false);

  async function press<T>(
    what: Press,
    asked: Promise<Result<T>>,
    done: (value: T) => void = () => undefined,
  ): Promise<void> {
    setBusy(what);
    setFailure(undefined);
    setMoved(undefined);
    const answer = await asked;
    setBusy(undefined);
    if (answer.ok) done(answer.value);
    else setFailure(answer.error);
    setPresses((count) => count + 1);
  }
  const turn = (what: 'install' | 'restart'): void =>
    void press(what, ask(bridge, `hubHost.${what}`, undefined));
  const remove = (isSure: boolean): void =>
    void press('remove', ask(bridge, 'hubHost.remove', { isSure }));
  const move = (what: 'saveWork' | 'takeWork'): void =>
    void press(what, ask(bridge, `hubHost.${what}`, undefined), (work) => {
      if (work) setMoved({ how: what === 'saveWork' ? 'saved' : 'taken', work });
    });

  const view = found.status === 'ready' ? found.value : undefined;
  const figures = view?.figures ?? undefined;
  const isRunning = view?.state === 'running';
  return (
    <Stack gap="sm" component="section" aria-label={t('hubHost.title')}>
      <Title order={2} size="h3">
        {t('hubHost.title')}
      </Title>
      <Paper withBorder radius="md" p="md">
        <Stack gap="sm">
          {found.status === 'failed' ? <FailureNotice code={found.failure.code} /> : null}
          {view?.state === 'none' ? (
            <>
              <Text>{t('hubHost.intro')}</Text>
              <Text>{t('hubHost.move')}</Text>
              <Group>
                <Button loading={busy === 'install'} onClick={() => turn('install')}>
                  {t('hubHost.install')}
                </Button>
              </Group>
            </>
          ) : null}
          {view && view.state !== 'none' ? (
            <>
              <Alert color={isRunning ? 'teal' : 'orange'} role="status">
                {t(`hubHost.state.${view.state}`)}
              </Alert>
              {figures ? <HubHostFacts figures={figures} way={view.way ?? 'autostart'} /> : null}
              <WindowsCommands commands={view.commands} />
              <Box component="fieldset" disabled={busy !== undefined} bd="none" m={0} p={0}>
                <Group>
                  {figures ? (
                    <Button onClick={() => setShowingCodes(true)}>{t('hubHost.codes')}</Button>
                  ) : null}
                  <Button
                    variant="default"
                    loading={busy === 'restart'}
                    onClick={() => turn('restart')}
                  >
                    {t('hubHost.restart')}
                  </Button>
                  {isRunning
                    ? (['saveWork', 'takeWork'] as const).map((what) => (
                        <Button
                          key={what}
                          variant="default"
                          loading={busy === what}
                          onClick={() => move(what)}
                        >
                          {t(`hubHost.${what}`)}
                        </Button>
                      ))
                    : null}
                  <ConfirmButton
                    label={t('hubHost.remove')}
                    question={t('hubHost.removeAsk')}
                    onConfirm={() => remove(false)}
                  />
                </Group>
              </Box>
            </>
          ) : null}
          {busy === undefined ? null : <Text role="status">{t(`hubHost.busy.${busy}`)}</Text>}
          {moved ? (
            <Text role="status">{t(`hubHost.${moved.how}`, counted(moved.work))}</Text>
          ) : null}
          {failure ? <FailureNotice code={failure.code} /> : null}
          {failure?.code === 'hub-host.work-waits' ? (
            <Group>
              <Button color="red" loading={busy === 'remove'} onClick={() => remove(true)}>
                {t('hubHost.removeAnyway')}
              </Button>
            </Group>
          ) : null}
        </Stack>
      </Paper>
      {isShowingCodes && figures ? (
        <HubCodes codes={figures.codes} onClose={() => setShowingCodes(false)} />
      ) : null}
    </Stack>
  );
}

const counted = ({ lines, files }: MovedWork) => ({ lines: `${lines}`, files: `${files}` });

function WindowsCommands({ commands }: Pick<HubHostView, 'commands'>) {
  if (commands.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text>{t('hubHost.commands')}</Text>
      <Code block>{commands.join('\n')}</Code>
    </Stack>
  );
}
