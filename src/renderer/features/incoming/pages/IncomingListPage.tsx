import {
  Alert,
  Box,
  Button,
  CloseButton,
  Group,
  Kbd,
  Loader,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch, IconTable } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { IncomingState } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { useIncomingRepository } from '../../../data/workspace';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { focusRows } from '../../../ui/RowTable';
import { useShortcut } from '../../../ui/use-shortcut';
import { DeliveryCount } from '../components/DeliveryCount';
import { IncomingTable } from '../components/IncomingTable';
import { useIncomingList } from '../hooks/use-incoming';

/** What a person comes back to after having read a document. */
export interface IncomingListMemory {
  readonly read: () => IncomingListState;
  readonly write: (state: IncomingListState) => void;
}

export function createIncomingListMemory(): IncomingListMemory {
  let held: IncomingListState = { text: '', state: null, selectedId: undefined };
  return {
    read: () => held,
    write: (state) => {
      held = state;
    },
  };
}

interface IncomingListState {
  readonly text: string;
  readonly state: IncomingState | null;
  readonly selectedId: string | undefined;
}

const FIRST_ROWS = 100;
const MORE_ROWS = 300;
const TYPING_PAUSE_MS = 200;

interface IncomingListPageProps {
  readonly memory: IncomingListMemory;
  readonly onOpen: (id: string) => void;
  readonly onRegister: () => void;
  readonly onDeliveries: () => void;
  readonly onBatch: () => void;
}

export function IncomingListPage(props: IncomingListPageProps) {
  const { memory, onOpen, onRegister, onDeliveries, onBatch } = props;
  const [initial] = useState(memory.read);
  const canRegister = useCanRegister();
  const [text, setText] = useState(initial.text);
  const [state, setState] = useState(initial.state);
  const [selectedId, setSelectedId] = useState(initial.selectedId);
  const [limit, setLimit] = useState(FIRST_ROWS);
  const [query] = useDebouncedValue(text, TYPING_PAUSE_MS);
  const list = useIncomingList({ text: query, state, limit });
  const search = useRef<HTMLInputElement>(null);
  const incoming = useIncomingRepository();

  useEffect(() => memory.write({ text, state, selectedId }), [memory, text, state, selectedId]);
  useShortcut('F2', onRegister, canRegister);
  useShortcut('F3', onBatch, canRegister);
  useShortcut('Ctrl+F', () => search.current?.select());
  const showMore = useCallback(() => setLimit((rows) => rows + MORE_ROWS), []);

  const clear = () => {
    if (search.current) search.current.value = '';
    setText('');
    search.current?.focus();
  };

  return (
    <Stack h="100%" p="md" gap="sm">
      <Box>
        <PageHeader
          title={t('incoming.list.title')}
          {...(list.status === 'ready' && list.value.total !== null
            ? { detail: t('incoming.list.count', { count: list.value.total }) }
            : {})}
        >
          <Button variant="default" rightSection={<DeliveryCount />} onClick={onDeliveries}>
            {t('incoming.delivery.open')}
          </Button>
          {canRegister ? (
            <>
              <Button
                variant="default"
                leftSection={<IconTable size={18} aria-hidden />}
                rightSection={<Kbd size="xs">{t('incoming.list.batchKey')}</Kbd>}
                onClick={onBatch}
              >
                {t('incoming.list.batch')}
              </Button>
              <Button
                leftSection={<IconPlus size={18} aria-hidden />}
                rightSection={<Kbd size="xs">{t('incoming.list.registerKey')}</Kbd>}
                onClick={onRegister}
              >
                {t('incoming.list.register')}
              </Button>
            </>
          ) : null}
        </PageHeader>
        <Group gap="sm" wrap="nowrap">
          <TextInput
            ref={search}
            flex={1}
            aria-label={t('incoming.list.search')}
            placeholder={t('incoming.list.searchHint')}
            leftSection={<IconSearch size={18} aria-hidden />}
            rightSection={
              text === '' ? null : (
                <CloseButton onClick={clear} aria-label={t('incoming.list.clear')} />
              )
            }
            defaultValue={initial.text}
            autoComplete="off"
            onFocus={() => incoming.warmUp()}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') focusRows();
            }}
          />
          <NativeSelect
            aria-label={t('incoming.list.filter')}
            value={state ?? ''}
            onChange={(event) => {
              const chosen = IncomingState.safeParse(event.currentTarget.value);
              setState(chosen.success ? chosen.data : null);
              setLimit(FIRST_ROWS);
            }}
            data={[
              { value: '', label: t('incoming.list.allStates') },
              ...IncomingState.options.map((value) => ({
                value,
                label: t(`incoming.state.${value}`),
              })),
            ]}
          />
        </Group>
      </Box>
      {list.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
      {list.status === 'failed' ? <FailureNotice code={list.failure.code} /> : null}
      {list.status === 'ready' && list.value.searchedSoFar !== null ? (
        <Alert py="xs">
          {t('incoming.list.preparingSearch', { done: list.value.searchedSoFar })}
        </Alert>
      ) : null}
      {list.status === 'ready' && list.value.rows.length === 0 ? (
        query === '' && state === null ? (
          <EmptyState
            title={t('incoming.list.empty')}
            hint={t(canRegister ? 'incoming.list.emptyHint' : 'incoming.list.emptyHintReader')}
          />
        ) : (
          <EmptyState
            title={t('incoming.list.nothingFound')}
            hint={t('incoming.list.nothingFoundHint')}
          />
        )
      ) : null}
      {list.status === 'ready' && list.value.rows.length > 0 ? (
        <>
          <IncomingTable
            rows={list.value.rows}
            total={list.value.total ?? list.value.rows.length}
            selectedId={selectedId}
            onSelect={setSelectedId}
            onOpen={(id) => {
              memory.write({ text, state, selectedId: id });
              onOpen(id);
            }}
            onNearEnd={showMore}
          />
          <Text size="sm" c="dark.3">
            {t('incoming.list.keys')}
          </Text>
        </>
      ) : null}
    </Stack>
  );
}

/** True when the signed-in person registers for at least one organ of the office. */
function useCanRegister(): boolean {
  const { organs } = useCurrentSession();
  const roleFor = useRoleFor('registerIncoming');
  return organs.some(({ id }) => roleFor(id) !== undefined);
}
