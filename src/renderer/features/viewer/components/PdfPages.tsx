import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { t } from '@shared/i18n/translate';
import type { OpenPdf, PageSize } from '../open-pdf';
import { PdfPage, type PageMark } from './PdfPage';

/** Space below a page, CSS pixels. */
const GAP = 12;

interface PdfPagesProps {
  readonly pdf: OpenPdf;
  /** 1 is 100 %. */
  readonly zoom: number;
  /** Filled with the way to a page, for the buttons and keys around. */
  readonly goTo: RefObject<(page: number) => void>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onPage: (page: number) => void;
  /** A page, from 1, is drawn and a third of it or of the view is in sight. */
  readonly onSeen: (page: number) => void;
  readonly onFailed: () => void;
  readonly marks: readonly PageMark[];
}

/** All pages below one another; only those near the view are drawn. */
export function PdfPages({
  pdf,
  zoom,
  goTo,
  scroller,
  onPage,
  onSeen,
  onFailed,
  marks,
}: PdfPagesProps) {
  const [sizes, setSizes] = useState<ReadonlyMap<number, PageSize>>(new Map());
  const sizeOf = (number: number): PageSize => sizes.get(number) ?? pdf.firstPage;
  // oxlint-disable-next-line react/incompatible-library -- the React compiler, which could not memoise it, is not used
  const virtualizer = useVirtualizer({
    count: pdf.document.numPages,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => sizeOf(index + 1).height * zoom + GAP,
    overscan: 1,
    initialRect: { width: 0, height: 600 },
  });

  const noteSize = useCallback(
    (number: number, size: PageSize) =>
      setSizes((known) => {
        const held = known.get(number) ?? pdf.firstPage;
        const isSame = held.width === size.width && held.height === size.height;
        return isSame ? known : new Map(known).set(number, size);
      }),
    [pdf],
  );

  // Sizes and zoom live outside what the virtualizer watches; the place in the document stays the same.
  const drawnZoom = useRef(zoom);
  useEffect(() => {
    const box = scroller.current;
    const offset = box?.scrollTop ?? 0;
    virtualizer.measure();
    if (box && drawnZoom.current !== zoom) box.scrollTop = (offset * zoom) / drawnZoom.current;
    drawnZoom.current = zoom;
  }, [zoom, sizes, virtualizer, scroller]);

  useEffect(() => {
    goTo.current = (page) => {
      const index = Math.min(Math.max(page, 1), pdf.document.numPages) - 1;
      virtualizer.scrollToIndex(index, { align: 'start' });
    };
  }, [goTo, pdf, virtualizer]);

  const items = virtualizer.getVirtualItems();
  const looksAt = (virtualizer.scrollOffset ?? 0) + (virtualizer.scrollRect?.height ?? 0) / 3;
  const current = (items.findLast(({ start }) => start <= looksAt)?.index ?? 0) + 1;
  useEffect(() => onPage(current), [onPage, current]);
  const [drawn, setDrawn] = useState<ReadonlySet<number>>(new Set());
  const noteDrawn = useCallback(
    (number: number) => setDrawn((known) => new Set(known).add(number)),
    [],
  );
  const top = virtualizer.scrollOffset ?? 0;
  const height = virtualizer.scrollRect?.height ?? 0;
  const seen = items
    .filter(
      ({ start, end }) => end > top && start + Math.min(end - start, height) / 3 <= top + height,
    )
    .map(({ index }) => index + 1)
    .filter((number) => drawn.has(number))
    .join(' ');
  useEffect(() => {
    for (const number of seen.split(' ').filter(Boolean)) onSeen(Number(number));
  }, [onSeen, seen]);
  const widest = Math.max(...items.map(({ index }) => sizeOf(index + 1).width * zoom), 0);

  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="document"
      aria-label={t('viewer.page')}
      style={{ flex: 1, minHeight: 0, overflow: 'auto', background: 'var(--mantine-color-gray-2)' }}
    >
      <div
        style={{
          height: virtualizer.getTotalSize(),
          minWidth: widest,
          position: 'relative',
          margin: GAP,
        }}
      >
        {items.map(({ index, start }) => (
          <div key={index} style={{ position: 'absolute', top: start, left: 0, right: 0 }}>
            <PdfPage
              key={zoom}
              document={pdf.document}
              number={index + 1}
              size={sizeOf(index + 1)}
              zoom={zoom}
              onSize={noteSize}
              onDrawn={noteDrawn}
              onFailed={onFailed}
              marks={marks.filter(({ page }) => page === index + 1)}
            />
          </div>
        ))}
      </div>
    </div>
  );
}
