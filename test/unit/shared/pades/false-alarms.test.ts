import { beforeAll, expect, test } from 'vitest';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import { dictOf, isKind, rawEntry } from '../../../../src/shared/pades/reader/objects';
import { catalogOf } from '../../../../src/shared/pades/reader/pages';
import { pdfBytes, streamBody } from '../../../../src/shared/pades/syntax';
import { catalogNumber, edit, update, type Change } from '../../../attacks/toolbox';
import {
  anOffice,
  fixture,
  numberAndDate,
  placesFor,
  prepared,
  unsignedFixtures,
  signWith,
  verify,
  type Office,
} from './helpers';

let office: Office;
/** Each fixture signed once by the leader. */
const signedByName = new Map<string, Uint8Array>();
beforeAll(() => {
  office = anOffice();
  for (const name of unsignedFixtures) {
    signedByName.set(name, signAsLeaderPlainly(prepared(fixture(name))));
  }
}, 60_000);

const signAsLeaderPlainly = (ready: Uint8Array): Uint8Array =>
  signWith(office, ready, office.leader, { field: fieldNames.leader });

const certificateStream = (num: number) => ({
  num,
  gen: 0,
  body: streamBody([], office.pki.subCa.certificate),
});

/** The security store with one more certificate, what was in it kept. */
const withStore =
  (extra: (num: number) => string = () => ''): Change =>
  (file, next) => {
    const num = next();
    const store = dictOf(file.now.get(catalogOf(file.now), 'DSS'));
    const list = file.now.get(store, 'Certs');
    const kept = (isKind(list, 'array') ? list.items : []).flatMap((item) =>
      isKind(item, 'ref') ? [`${item.num} 0 R`] : [],
    );
    const certs = [...kept, `${num} 0 R`].join(' ');
    return [
      certificateStream(num),
      edit(file, catalogNumber(file), { DSS: `<< /Certs [${certs}] ${extra(num)} >>` }),
    ];
  };

const info: Change = (file) => {
  const ref = rawEntry(file.now.trailer, 'Info');
  // Without one there is nothing to touch: the catalogue is written again as it is.
  return isKind(ref, 'ref')
    ? [edit(file, ref.num, { ModDate: "(D:20270101000000+07'00')" })]
    : [edit(file, catalogNumber(file), {})];
};

/** Clean things that programs do behind a signature (4.3). */
const acts: readonly (readonly [string, (signed: Uint8Array) => Uint8Array])[] = [
  ['validation data', (signed) => update(signed, withStore())],
  [
    'validation data with VRI, written again and grown',
    (signed) =>
      update(
        update(
          signed,
          withStore((num) => `/VRI << /AB << /Cert [${num} 0 R] >> >>`),
        ),
        withStore(),
      ),
  ],
  ['a touched date', (signed) => update(signed, info)],
  [
    'an extensions dictionary',
    (signed) =>
      update(signed, (file) => [
        edit(file, catalogNumber(file), {
          Extensions: '<< /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>',
        }),
      ]),
  ],
  [
    'number, date and seal, then validation data',
    (signed) =>
      update(
        signWith(office, signed, office.organ, { field: fieldNames.organ, fill: numberAndDate }),
        withStore(),
      ),
  ],
  [
    'a second signature in a field of its own',
    (signed) =>
      signWith(office, signed, office.organ, {
        field: 'them',
        place: placesFor(signed).leader,
      }),
  ],
];

test.each(acts)('4.3: %s: no alarm on any of the fixtures', (_, act) => {
  const alarms = [...signedByName].flatMap(([name, signed]) => {
    const { verdict, reasons, signatures } = verify(act(signed), office.trust);
    const isClean =
      verdict === 'HOP_LE_CANH_BAO' &&
      reasons.length === 0 &&
      signatures.every(
        ({ integrity, changes }) => integrity === 'intact' && changes !== 'notPermitted',
      );
    return isClean ? [] : [{ name, verdict, reasons, signatures }];
  });

  expect(alarms).toEqual([]);
});

test('4.3: the files without an alarm are more than fifty', () => {
  expect(signedByName.size * acts.length).toBeGreaterThan(50);
});

test('4.3: P=2 and filling, P=1 and validation data, on each kind of cross-reference', () => {
  const alarms = ['hand-cr-line-ends.pdf', 'hand-hybrid.pdf', 'qpdf-object-streams.pdf'].flatMap(
    (name) => {
      const certified = (certify: 1 | 2) =>
        signWith(office, prepared(fixture(name)), office.leader, {
          field: fieldNames.leader,
          certify,
        });
      const filled = signWith(office, certified(2), office.organ, {
        field: fieldNames.organ,
        fill: numberAndDate,
      });
      return [filled, update(certified(1), withStore())]
        .map((bytes) => verify(bytes, office.trust))
        .filter(({ verdict }) => verdict !== 'HOP_LE_CANH_BAO');
    },
  );

  expect(alarms).toEqual([]);
});

test('4.3: an object freed behind the signature, with the generation that is never used again', () => {
  const signed = signAsLeaderPlainly(prepared(fixture('hand-crlf-line-ends.pdf')));
  const stored = update(signed, withStore());
  const text = Buffer.from(stored).toString('latin1');
  const size = Number(/\/Size (\d+)/.exec(text.slice(text.lastIndexOf('trailer')))?.[1]);
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '';
  const root = /\/Root (\d+ \d+ R)/.exec(text.slice(text.lastIndexOf('trailer')))?.[1] ?? '';
  const id = /\/ID (\[[^\]]*\])/.exec(text.slice(text.lastIndexOf('trailer')))?.[1];
  const freed = pdfBytes(
    `${text}xref\n0 1\n0000000000 65535 f \n${size} 1\n0000000000 65535 f \ntrailer\n<< /Size ${size + 1} /Root ${root} /Prev ${previous} ${id ? `/ID ${id}` : ''} >>\nstartxref\n${text.length}\n%%EOF\n`,
  );

  const { verdict, signatures } = verify(freed, office.trust);

  expect(signatures.map(({ integrity, changes }) => [integrity, changes])).toEqual([
    ['intact', 'maintenance'],
  ]);
  expect(verdict).toBe('HOP_LE_CANH_BAO');
});
