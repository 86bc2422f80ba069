import { Button, Group, Modal, Text } from '@mantine/core';
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { t } from '@shared/i18n/translate';

interface LeaveGuard {
  /** Runs `go` at once, or after the person has agreed to lose what they typed; true when they are asked. */
  readonly leave: (go: () => void) => boolean;
  readonly register: (hasUnsaved: () => boolean) => () => void;
  readonly registerSaver: (save: Saver) => () => void;
  readonly saveAll: () => Promise<unknown>;
}

type Saver = () => Promise<unknown>;

/** Without a provider nothing is guarded, as in a test of one component. */
const LeaveGuardContext = createContext<LeaveGuard>({
  leave: (go) => {
    go();
    return false;
  },
  register: () => () => undefined,
  registerSaver: () => () => undefined,
  saveAll: async () => undefined,
});

interface LeaveGuardProviderProps {
  readonly children: ReactNode;
}

/** Asks before typed text is thrown away, whichever way a person leaves the page. */
export function LeaveGuardProvider({ children }: LeaveGuardProviderProps) {
  const guards = useRef(new Set<() => boolean>());
  const [pending, setPending] = useState<(() => void) | undefined>(undefined);
  const savers = useRef(new Set<Saver>());
  const guard = useMemo<LeaveGuard>(
    () => ({
      leave: (go) => {
        if ([...guards.current].some((hasUnsaved) => hasUnsaved())) {
          setPending(() => go);
          return true;
        }
        if (savers.current.size === 0) go();
        else void saveAll(savers.current).then(go);
        return false;
      },
      saveAll: () => saveAll(savers.current),
      registerSaver: (save) => {
        savers.current.add(save);
        return () => void savers.current.delete(save);
      },
      register: (hasUnsaved) => {
        guards.current.add(hasUnsaved);
        return () => void guards.current.delete(hasUnsaved);
      },
    }),
    [],
  );
  const close = () => setPending(undefined);
  return (
    <LeaveGuardContext value={guard}>
      {children}
      <Modal opened={pending !== undefined} onClose={close} title={t('leave.title')} centered>
        <Text mb="md">{t('leave.text')}</Text>
        <Group justify="flex-end">
          <Button
            variant="default"
            onClick={() => {
              pending?.();
              close();
            }}
          >
            {t('leave.discard')}
          </Button>
          <Button data-autofocus onClick={close}>
            {t('leave.stay')}
          </Button>
        </Group>
      </Modal>
    </LeaveGuardContext>
  );
}

const saveAll = (savers: ReadonlySet<Saver>): Promise<unknown> =>
  Promise.allSettled([...savers].map((save) => save()));

/** Saves what pages save by themselves, before the whole window goes. */
export const useSaveAll = (): LeaveGuard['saveAll'] => use(LeaveGuardContext).saveAll;

/** Leaves the page the guarded way. */
export const useLeave = (): LeaveGuard['leave'] => use(LeaveGuardContext).leave;

/** Holds the person back while `hasUnsaved` says so. */
export function useLeaveGuard(hasUnsaved: () => boolean): void {
  const guard = use(LeaveGuardContext);
  const latest = useRef(hasUnsaved);
  useEffect(() => {
    latest.current = hasUnsaved;
  });
  useEffect(() => guard.register(() => latest.current()), [guard]);
}

/** Saves by itself before the page is left: a change of person waits until the last key is kept. */
export function useSaveBeforeLeave(save: () => Promise<unknown>): void {
  const guard = use(LeaveGuardContext);
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  useEffect(() => guard.registerSaver(() => latest.current()), [guard]);
}
