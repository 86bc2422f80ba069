import type { KeyboardEvent, PointerEvent } from 'react';
import type { PageMark } from './PdfPage';
import classes from './pdf-page.module.css';

interface MarkFrameProps {
  readonly mark: PageMark;
  /** Of the page at 100 %, CSS pixels. */
  readonly pageWidth: number;
  readonly pageHeight: number;
}

/** CSS pixels of a millimetre: one press of an arrow key; with Shift five. */
const STEP = 96 / 25.4;

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A frame upon a page; one that may be moved follows the pointer and the arrow keys and stays on its page. */
export function MarkFrame({ mark, pageWidth, pageHeight }: MarkFrameProps) {
  const { box, label, onMove } = mark;
  const move = (right: number, down: number) =>
    onMove?.({
      left: clamp(box.left + right, 1 - box.width),
      top: clamp(box.top + down, 1 - box.height),
    });
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = directions[event.key];
    if (!direction) return;
    // The viewer would scroll.
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? STEP * 5 : STEP;
    move((direction[0] * step) / pageWidth, (direction[1] * step) / pageHeight);
  };
  const onPointerDown = (event: PointerEvent) =>
    event.currentTarget.setPointerCapture(event.pointerId);
  const onPointerMove = (event: PointerEvent) => {
    const page = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!page || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(event.movementX / page.width, event.movementY / page.height);
  };
  return (
    <div
      className={classes['mark'] ?? ''}
      style={{
        left: percent(box.left),
        top: percent(box.top),
        width: percent(box.width),
        height: percent(box.height),
      }}
      {...(onMove
        ? {
            role: 'application',
            'aria-label': label,
            tabIndex: 0,
            'data-movable': true,
            onKeyDown,
            onPointerDown,
            onPointerMove,
          }
        : {})}
    >
      <span className={classes['markLabel'] ?? ''}>{label}</span>
    </div>
  );
}

const clamp = (value: number, most: number): number => Math.min(Math.max(0, value), most);

const percent = (part: number): string => `${part * 100}%`;
