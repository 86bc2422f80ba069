import type { SchemaStep } from '@shared/sync/schema-steps';

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
        const [code = '', ...name] = String(issuer).split(' · ');
        return { issuerCode: code === '' ? null : code, issuerName: name.join(' · ') };
      },
      down: ({ issuerCode, issuerName }) => ({
        issuer: `${issuerCode === null ? '' : String(issuerCode)} · ${String(issuerName)}`,
      }),
    },
    {
      type: 'incomingDocument',
      older: ['copies'],
      newer: ['copies'],
      up: ({ copies }) => ({ copies: copies === '' ? null : Number(copies) }),
      down: ({ copies }) => ({ copies: copies === null ? '' : String(copies) }),
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
