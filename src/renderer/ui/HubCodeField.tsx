import { Textarea, type TextareaProps } from '@mantine/core';
import type { KeyboardEvent } from 'react';

/** Of "mã kết nối trạm", which is longer than a line: all of it is seen, to be compared with a paper. */
const LONGEST = 512;

type HubCodeFieldProps = Omit<TextareaProps, 'autosize' | 'minRows' | 'maxLength' | 'onKeyDown'>;

export function HubCodeField(props: HubCodeFieldProps) {
  return (
    <Textarea
      autoComplete="off"
      spellCheck={false}
      {...props}
      autosize
      minRows={2}
      maxLength={LONGEST}
      onKeyDown={submitByEnter}
    />
  );
}

/** A code has no lines of its own: Enter goes on, as in every other field. */
function submitByEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
