import { ActionIcon, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import {
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { t } from '@shared/i18n/translate';
import { useShortcut } from '../../../ui/use-shortcut';
import type { OpenPdf } from '../open-pdf';
import type { PageMark } from './PdfPage';
import { PdfPages } from './PdfPages';

const STEP = 1.25;
const LEAST = 0.25;
const MOST = 5;
/** A page is not blown up further than this to fill a wide window. */
const MOST_FITTED = 1.6;
/** Space beside the page and the scroll bar, CSS pixels. */
const BESIDE = 48;
/** Lines that stay in view when a key turns on by one window, CSS pixels. */
const OVERLAP = 48;
/** What is left below the view at the end: the gap under the last page, CSS pixels. */
const END = 24;

interface PdfViewerProps {
  readonly pdf: OpenPdf;
  readonly onFailed: () => void;
  /** A page, from 1, was shown. */
  readonly onSeen?: (page: number) => void;
  /** Frames upon the pages, such as the places of signatures to be made. */
  readonly marks?: readonly PageMark[];
  /** Filled with the way on by one view; it answers false at the end of the last page. */
  readonly turn?: Ref<() => boolean>;
}

const notAsked = () => undefined;

/** A PDF with its page number and zoom. */
export function PdfViewer({ pdf, onFailed, onSeen = notAsked, marks = [], turn }: PdfViewerProps) {
  const { ref: frame, width: frameWidth } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const goTo = useRef<(page: number) => void>(() => undefined);
  const [page, setPage] = useState(1);
  const [typed, setTyped] = useState<number | string>();
  const [chosen, setChosen] = useState<number | 'fit'>('fit');
  const { numPages } = pdf.document;

  const fitted = Math.min(
    MOST_FITTED,
    Math.max(LEAST, (frameWidth - BESIDE) / pdf.firstPage.width),
  );
  const zoom = chosen === 'fit' ? Math.round(fitted * 100) / 100 : chosen;
  const zoomBy = (factor: number) => setChosen(Math.min(MOST, Math.max(LEAST, zoom * factor)));
  const zoomIn = () => zoomBy(STEP);
  const zoomOut = () => zoomBy(1 / STEP);
  useShortcut('Ctrl++', zoomIn);
  useShortcut('Ctrl+=', zoomIn);
  useShortcut('Ctrl+-', zoomOut);
  useShortcut('Ctrl+0', () => setChosen('fit'));
  const isMeasured = frameWidth > 0;
  useEffect(() => {
    if (isMeasured) scroller.current?.focus();
  }, [isMeasured]);

  useImperativeHandle(
    turn,
    () => () => {
      const box = scroller.current;
      if (!box || box.scrollTop + box.clientHeight >= box.scrollHeight - END) return false;
      box.scrollBy({ top: box.clientHeight - OVERLAP });
      return true;
    },
    [],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    const box = scroller.current;
    if (!box || event.ctrlKey || event.target instanceof HTMLInputElement) return;
    const turn = box.clientHeight - OVERLAP;
    const acts: Readonly<Record<string, () => void>> = {
      PageDown: () => box.scrollBy({ top: turn }),
      PageUp: () => box.scrollBy({ top: -turn }),
      Home: () => goTo.current(1),
      End: () => goTo.current(numPages),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const leaveNumber = () => {
    if (typeof typed === 'number') goTo.current(typed);
    setTyped(undefined);
  };

  return (
    <Stack ref={frame} flex={1} mih={0} gap={0} onKeyDown={onKeyDown}>
      <Group gap="xs" px="md" py={6} bg="white" justify="center">
        <Text>{t('viewer.page')}</Text>
        <NumberInput
          aria-label={t('viewer.page')}
          w={72}
          hideControls
          allowDecimal={false}
          allowNegative={false}
          min={1}
          max={numPages}
          value={typed ?? page}
          onChange={setTyped}
          onBlur={leaveNumber}
          onKeyDown={(event) => {
            if (event.key === 'Enter') scroller.current?.focus();
          }}
        />
        <Text mr="lg">{t('viewer.pageOf', { count: numPages })}</Text>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('viewer.zoomOut')}
          title={t('viewer.zoomOut')}
          disabled={zoom <= LEAST}
          onClick={zoomOut}
        >
          <IconZoomOut size={20} aria-hidden />
        </ActionIcon>
        <Text w={64} ta="center">
          {t('viewer.zoom', { percent: Math.round(zoom * 100) })}
        </Text>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t('viewer.zoomIn')}
          title={t('viewer.zoomIn')}
          disabled={zoom >= MOST}
          onClick={zoomIn}
        >
          <IconZoomIn size={20} aria-hidden />
        </ActionIcon>
        <Button
          variant="default"
          title={t('viewer.fitWidthHint')}
          disabled={chosen === 'fit'}
          onClick={() => setChosen('fit')}
        >
          {t('viewer.fitWidth')}
        </Button>
      </Group>
      {isMeasured ? (
        <PdfPages
          pdf={pdf}
          zoom={zoom}
          goTo={goTo}
          scroller={scroller}
          onPage={setPage}
          onSeen={onSeen}
          onFailed={onFailed}
          marks={marks}
        />
      ) : null}
    </Stack>
  );
}
