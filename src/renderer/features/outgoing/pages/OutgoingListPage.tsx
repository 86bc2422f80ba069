import {
  Alert,
  Box,
  Button,
  CloseButton,
  Group,
  Kbd,
  Loader,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { OutgoingState } from '@shared/domain/document/outgoing-document';
import { t } from '@shared/i18n/translate';
import { useOutgoingRepository } from '../../../data/workspace';
import type { OutgoingRow } from '../../../data/repositories/outgoing-view';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { focusRows } from '../../../ui/RowTable';
import { useShortcut } from '../../../ui/use-shortcut';
import { useBeginSigning } from '../../signing';
import { OutgoingTable } from '../components/OutgoingTable';
import { useDraftingOrgans, useOutgoingList } from '../hooks/use-outgoing';

/** What a person comes back to after having read a document. */
export interface OutgoingListMemory {
  readonly read: () => OutgoingListState;
  readonly write: (state: OutgoingListState) => void;
}

export function createOutgoingListMemory(): OutgoingListMemory {
  let held: OutgoingListState = { text: '', state: null, which: 'mine', selectedId: undefined };
  return {
    read: () => held,
    write: (state) => {
      held = state;
    },
  };
}

type Which = 'mine' | 'all';

interface OutgoingListState {
  readonly text: string;
  readonly state: OutgoingState | null;
  readonly which: Which;
  readonly selectedId: string | undefined;
}

const FIRST_ROWS = 100;
const MORE_ROWS = 300;
const TYPING_PAUSE_MS = 200;

interface OutgoingListPageProps {
  readonly memory: OutgoingListMemory;
  readonly onOpen: (id: string) => void;
  readonly onDraft: () => void;
  /** Beside the buttons of the list. */
  readonly actions?: ReactNode;
}

export function OutgoingListPage({ memory, onOpen, onDraft, actions }: OutgoingListPageProps) {
  const [initial] = useState(memory.read);
  const canDraft = useDraftingOrgans().length > 0;
  const [text, setText] = useState(initial.text);
  const [state, setState] = useState(initial.state);
  const [which, setWhich] = useState<Which>(initial.which);
  const [selectedId, setSelectedId] = useState(initial.selectedId);
  const [limit, setLimit] = useState(FIRST_ROWS);
  const [signingFailure, setSigningFailure] = useState<string>();
  const [query] = useDebouncedValue(text, TYPING_PAUSE_MS);
  const list = useOutgoingList({ text: query, state, limit }, which === 'mine');
  const search = useRef<HTMLInputElement>(null);
  const outgoing = useOutgoingRepository();

  useEffect(
    () => memory.write({ text, state, which, selectedId }),
    [memory, text, state, which, selectedId],
  );
  useShortcut('F2', onDraft, canDraft);
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
          title={t('outgoing.list.title')}
          {...(list.status === 'ready' && list.value.total !== null
            ? { detail: t('outgoing.list.count', { count: list.value.total }) }
            : {})}
        >
          {actions}
          {which === 'mine' && list.status === 'ready' ? (
            <BatchButtons rows={list.value.rows} onFailure={setSigningFailure} />
          ) : null}
          {canDraft ? (
            <Button
              leftSection={<IconPlus size={18} aria-hidden />}
              rightSection={<Kbd size="xs">{t('outgoing.list.draftKey')}</Kbd>}
              onClick={onDraft}
            >
              {t('outgoing.list.draft')}
            </Button>
          ) : null}
        </PageHeader>
        <Group gap="sm" wrap="nowrap">
          <SegmentedControl
            aria-label={t('outgoing.list.which')}
            value={which}
            onChange={(chosen) => {
              setWhich(chosen === 'mine' ? 'mine' : 'all');
              setLimit(FIRST_ROWS);
            }}
            data={[
              { value: 'mine', label: t('outgoing.list.mine') },
              { value: 'all', label: t('outgoing.list.all') },
            ]}
            style={{ flexShrink: 0 }}
          />
          <TextInput
            ref={search}
            flex={1}
            aria-label={t('outgoing.list.search')}
            placeholder={t('outgoing.list.searchHint')}
            leftSection={<IconSearch size={18} aria-hidden />}
            rightSection={
              text === '' ? null : (
                <CloseButton onClick={clear} aria-label={t('outgoing.list.clear')} />
              )
            }
            defaultValue={initial.text}
            autoComplete="off"
            onFocus={() => outgoing.warmUp()}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') focusRows();
            }}
          />
          <NativeSelect
            aria-label={t('outgoing.list.filter')}
            value={state ?? ''}
            onChange={(event) => {
              const chosen = OutgoingState.safeParse(event.currentTarget.value);
              setState(chosen.success ? chosen.data : null);
              setLimit(FIRST_ROWS);
            }}
            data={[
              { value: '', label: t('outgoing.list.allStates') },
              ...OutgoingState.options.map((value) => ({
                value,
                label: t(`outgoing.state.${value}`),
              })),
            ]}
          />
        </Group>
      </Box>
      {signingFailure === undefined ? null : <FailureNotice code={signingFailure} />}
      {list.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
      {list.status === 'failed' ? <FailureNotice code={list.failure.code} /> : null}
      {list.status === 'ready' && list.value.searchedSoFar !== null ? (
        <Alert py="xs">
          {t('outgoing.list.preparingSearch', { done: list.value.searchedSoFar })}
        </Alert>
      ) : null}
      {list.status === 'ready' && list.value.rows.length === 0 ? (
        <NoRows isSearch={query !== '' || state !== null} which={which} canDraft={canDraft} />
      ) : null}
      {list.status === 'ready' && list.value.rows.length > 0 ? (
        <>
          <OutgoingTable
            rows={list.value.rows}
            total={list.value.total ?? list.value.rows.length}
            selectedId={selectedId}
            onSelect={setSelectedId}
            onOpen={(id) => {
              memory.write({ text, state, which, selectedId: id });
              onOpen(id);
            }}
            onNearEnd={showMore}
          />
          <Text size="sm" c="dark.3">
            {t(canDraft ? 'outgoing.list.keys' : 'outgoing.list.keysReader')}
          </Text>
        </>
      ) : null}
    </Stack>
  );
}

interface BatchButtonsProps {
  readonly rows: readonly OutgoingRow[];
  readonly onFailure: (code: string | undefined) => void;
}

/** Everything on the list that waits for this person's signature or for the seal, in one window with one PIN. */
function BatchButtons({ rows, onFailure }: BatchButtonsProps) {
  const { begin, failure } = useBeginSigning();
  useEffect(() => onFailure(failure), [failure, onFailure]);
  const idsIn = (state: OutgoingState) =>
    rows.flatMap((row) => (row.state === state ? [row.id] : []));
  const [toSign, toSeal] = [idsIn('choKy'), idsIn('daCapSo')];
  return (
    <>
      {toSign.length > 0 ? (
        <Button onClick={() => void begin('leader', toSign)}>
          {t('signing.beginMany', { count: toSign.length })}
        </Button>
      ) : null}
      {toSeal.length > 0 ? (
        <Button onClick={() => void begin('seal', toSeal)}>
          {t('signing.beginSealMany', { count: toSeal.length })}
        </Button>
      ) : null}
    </>
  );
}

interface NoRowsProps {
  readonly isSearch: boolean;
  readonly which: Which;
  readonly canDraft: boolean;
}

function NoRows({ isSearch, which, canDraft }: NoRowsProps) {
  if (isSearch) {
    return (
      <EmptyState
        title={t('outgoing.list.nothingFound')}
        hint={t('outgoing.list.nothingFoundHint')}
      />
    );
  }
  return which === 'mine' ? (
    <EmptyState title={t('outgoing.list.mineEmpty')} hint={t('outgoing.list.mineEmptyHint')} />
  ) : (
    <EmptyState
      title={t('outgoing.list.empty')}
      hint={t(canDraft ? 'outgoing.list.emptyHint' : 'outgoing.list.emptyHintReader')}
    />
  );
}
