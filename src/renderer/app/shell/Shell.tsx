import { Alert } from '@mantine/core';
import {
  IconArrowsDiff,
  IconBook2,
  IconClipboardCheck,
  IconDevices,
  IconInbox,
  IconLock,
  IconSend,
  IconShieldCheck,
  IconSignature,
  IconUsb,
} from '@tabler/icons-react';
import { useState } from 'react';
import { mayInOffice } from '@shared/domain/organ/permission';
import { t } from '@shared/i18n/translate';
import type { SessionState } from '@shared/ipc/contract';
import { safetyOf, type SyncStatus } from '@shared/sync/status';
import { ask, useBridge } from '../../data/bridge';
import { useCurrentSession } from '../../data/session';
import { CurrentUser } from '../../features/session';
import { ConflictCount } from '../../features/conflicts';
import { HeldWorkCount } from '../../features/held-work';
import { LastNumberNotice } from '../../features/registers';
import { SignOutDialog, StatusLine } from '../../features/sync';
import { createIncomingListMemory, DeliveryCount } from '../../features/incoming';
import { createOutgoingListMemory, SigningCount, useIsSigner } from '../../features/outgoing';
import { CertificateEndNotice } from '../../features/token-check';
import { useLeave } from '../../ui/leave-guard';
import { useShortcut } from '../../ui/use-shortcut';
import { ErrorBoundary } from '../ErrorBoundary';
import type { Route } from '../routes';
import { DemoNotice } from './DemoNotice';
import { Page } from './Page';
import classes from './shell.module.css';

interface ShellProps {
  readonly wasRebuilt: boolean;
  readonly onSession: (session: SessionState) => void;
}

/** What surrounds every page: who works here, where one can go, and what has not left this machine yet. */
export function Shell({ wasRebuilt, onSession }: ShellProps) {
  const bridge = useBridge();
  const session = useCurrentSession();
  const isSigner = useIsSigner();
  const guarded = useLeave();
  const [route, setRoute] = useState<Route>({ page: 'incoming' });
  const [isNoticeOpen, setNoticeOpen] = useState(wasRebuilt);
  const [listMemory] = useState(createIncomingListMemory);
  const [outgoingMemory] = useState(createOutgoingListMemory);
  const go = (next: Route) => guarded(() => setRoute(next));
  const signOut = async () => {
    const answer = await ask(bridge, 'session.signOut', undefined);
    if (answer.ok) onSession(answer.value);
  };
  const [unsafe, setUnsafe] = useState<SyncStatus>();
  const checkAndSignOut = async () => {
    const status = await ask(bridge, 'sync.status', undefined);
    if (status.ok && safetyOf(status.value) !== 'handOver') setUnsafe(status.value);
    else await signOut();
  };
  const changeUser = () => guarded(() => void checkAndSignOut());
  useShortcut('F9', changeUser);

  return (
    <div className={classes['shell']}>
      <header className={classes['header']}>
        <div className={classes['product']}>
          <strong>{t('app.name')}</strong>
          <span>{session.office.name}</span>
        </div>
        <CurrentUser session={session} onChangeUser={changeUser} />
      </header>
      <nav className={classes['navigation']} aria-label={t('shell.navigation')}>
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'incoming' ? 'page' : undefined}
          onClick={() => go({ page: 'incoming' })}
        >
          <IconInbox size={24} stroke={1.6} aria-hidden />
          {t('incoming.navigation')}
          <DeliveryCount />
        </button>
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'outgoing' ? 'page' : undefined}
          onClick={() => go({ page: 'outgoing' })}
        >
          <IconSend size={24} stroke={1.6} aria-hidden />
          {t('outgoing.navigation')}
        </button>
        {isSigner ? (
          <button
            type="button"
            className={classes['place']}
            aria-current={placeOf(route) === 'signingQueue' ? 'page' : undefined}
            onClick={() => go({ page: 'signingQueue' })}
          >
            <IconSignature size={24} stroke={1.6} aria-hidden />
            {t('signing.queue.title')}
            <SigningCount />
          </button>
        ) : null}
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'registers' ? 'page' : undefined}
          onClick={() => go({ page: 'registers' })}
        >
          <IconBook2 size={24} stroke={1.6} aria-hidden />
          {t('register.navigation')}
        </button>
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'dossiers' ? 'page' : undefined}
          onClick={() => go({ page: 'dossiers' })}
        >
          <IconLock size={24} stroke={1.6} aria-hidden />
          {t('dossier.navigation')}
        </button>
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'heldWork' ? 'page' : undefined}
          onClick={() => go({ page: 'heldWork' })}
        >
          <IconClipboardCheck size={24} stroke={1.6} aria-hidden />
          {t('held.navigation')}
          <HeldWorkCount />
        </button>
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'conflicts' ? 'page' : undefined}
          onClick={() => go({ page: 'conflicts' })}
        >
          <IconArrowsDiff size={24} stroke={1.6} aria-hidden />
          {t('conflict.navigation')}
          <ConflictCount />
        </button>
        <button
          type="button"
          className={classes['place']}
          aria-current={placeOf(route) === 'tokenCheck' ? 'page' : undefined}
          onClick={() => go({ page: 'tokenCheck' })}
        >
          <IconUsb size={24} stroke={1.6} aria-hidden />
          {t('tokenCheck.navigation')}
        </button>
        {mayInOffice(session.user, 'manageDevices') ? (
          <button
            type="button"
            className={classes['place']}
            aria-current={placeOf(route) === 'devices' ? 'page' : undefined}
            onClick={() => go({ page: 'devices' })}
          >
            <IconDevices size={24} stroke={1.6} aria-hidden />
            {t('devices.navigation')}
          </button>
        ) : null}
        {mayInOffice(session.user, 'manageDevices') ? (
          <button
            type="button"
            className={classes['place']}
            aria-current={placeOf(route) === 'trust' ? 'page' : undefined}
            onClick={() => go({ page: 'trust' })}
          >
            <IconShieldCheck size={24} stroke={1.6} aria-hidden />
            {t('trust.navigation')}
          </button>
        ) : null}
      </nav>
      <main className={classes['main']}>
        <DemoNotice />
        <LastNumberNotice />
        <CertificateEndNotice />
        {isNoticeOpen ? (
          <Alert
            color="orange"
            withCloseButton
            closeButtonLabel={t('common.close')}
            onClose={() => setNoticeOpen(false)}
          >
            {t('app.rebuilding')}
          </Alert>
        ) : null}
        <div className={classes['page']}>
          <ErrorBoundary key={route.page}>
            <Page route={route} go={go} listMemory={listMemory} outgoingMemory={outgoingMemory} />
          </ErrorBoundary>
        </div>
      </main>
      {unsafe ? (
        <SignOutDialog
          status={unsafe}
          onSignOut={() => void signOut()}
          onExport={() => {
            setUnsafe(undefined);
            setRoute({ page: 'sync' });
          }}
          onClose={() => setUnsafe(undefined)}
        />
      ) : null}
      <footer className={classes['status']}>
        <StatusLine onOpen={(about) => go({ page: about === 'conflict' ? 'conflicts' : 'sync' })} />
      </footer>
    </div>
  );
}

/** The place of the navigation that a page belongs to; undefined for the status page. */
function placeOf({
  page,
}: Route):
  | 'incoming'
  | 'outgoing'
  | 'signingQueue'
  | 'registers'
  | 'dossiers'
  | 'heldWork'
  | 'conflicts'
  | 'devices'
  | 'tokenCheck'
  | 'trust'
  | undefined {
  switch (page) {
    case 'incoming':
    case 'deliveries':
    case 'registerIncoming':
    case 'batchEntry':
    case 'incomingDetail':
    case 'correctIncoming':
      return 'incoming';
    case 'outgoing':
    case 'draftOutgoing':
    case 'outgoingDetail':
    case 'editDraft':
      return 'outgoing';
    case 'dossiers':
    case 'dossier':
      return 'dossiers';
    case 'heldWork':
      return 'heldWork';
    case 'registers':
    case 'registerBook':
      return 'registers';
    case 'signingQueue':
    case 'conflicts':
    case 'devices':
    case 'tokenCheck':
    case 'trust':
      return page;
    case 'sync':
      return undefined;
  }
}
