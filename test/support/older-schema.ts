import type { Json } from '@shared/kernel/canonical-json';
import type { SchemaStep } from '@shared/sync/schema-steps';

/** A converter is total: what is no text is written as JSON, and nothing as nothing. */
const textOf = (value: Json | undefined): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * An invented older version: schema 0 kept the issuer as one text "code · name", counted copies as text, and asked for
 * a number with `book` instead of `registerId`.
 */
export const fromZero: SchemaStep = {
  from: 0,
  shapes: [
    {
      type: 'incomingDocument',
      older: ['issuer'],
      newer: ['issuerCode', 'issuerName'],
      up: ({ issuer }) => {
        const [code = '', ...name] = textOf(issuer).split(' · ');
        return { issuerCode: code === '' ? null : code, issuerName: name.join(' · ') };
      },
      down: ({ issuerCode, issuerName }) => ({
        issuer: `${textOf(issuerCode)} · ${textOf(issuerName)}`,
      }),
    },
    {
      type: 'incomingDocument',
      older: ['copies'],
      newer: ['copies'],
      up: ({ copies }) => ({ copies: copies === '' ? null : Number(copies) }),
      down: ({ copies }) => ({ copies: textOf(copies) }),
    },
  ],
  commands: [
    {
      type: 'incomingDocument',
      kind: 'cmd.requestNumber',
      older: ['book'],
      up: ({ book }) => ({ registerId: book ?? null }),
    },
  ],
};
