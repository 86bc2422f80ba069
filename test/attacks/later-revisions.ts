import type { ReasonCode } from '../../src/shared/domain/signing/verification-reason';
import { findField, readForm } from '../../src/shared/pades/reader/form';
import { dictOf, isKind, rawEntry } from '../../src/shared/pades/reader/objects';
import { catalogOf, listPages } from '../../src/shared/pades/reader/pages';
import type { PdfFile } from '../../src/shared/pades/reader/pdf-file';
import { asText, editDict, pdfBytes, refText, streamBody } from '../../src/shared/pades/syntax';
import {
  catalogNumber,
  edit,
  editForm,
  extended,
  fieldNumber,
  formDict,
  listed,
  pageNumber,
  paint,
  type Change,
} from './toolbox';

/** Increments by a perfectly good writer that no signer permits: name, reason, change. */
export const laterRevisions: readonly (readonly [string, ReasonCode, Change])[] = [
  [
    '4: page content replaced',
    'change.page',
    (file, next) => {
      const num = next();
      return [
        { num, gen: 0, body: paint('0 0 600 800 re f') },
        edit(file, pageNumber(file), { Contents: refText({ num }) }),
      ];
    },
  ],
  [
    '4: content stream replaced in place',
    'change.page',
    (file) => {
      const contents = rawEntry(listPages(file.now)[0]?.dict, 'Contents');
      return [
        {
          num: isKind(contents, 'ref') ? contents.num : 0,
          gen: 0,
          body: paint('0 0 600 800 re f'),
        },
      ];
    },
  ],
  [
    '7: the signature copied into a new field',
    'field.shared-signature',
    (file, next) => {
      const num = next();
      const value = rawEntry(findField(readForm(file.now), 'ky_ca_nhan')?.dict, 'V');
      const fields = formDict(file).entries.get('Fields');
      const source = file.now.find(catalogNumber(file))?.source ?? file.bytes;
      const list = asText(source.subarray(fields?.start, (fields?.end ?? 1) - 1));
      const form = asText(
        editDict(source, formDict(file), { Fields: `${list} ${refText({ num })}]` }),
      );
      return [
        {
          num,
          gen: 0,
          body: pdfBytes(
            `<< /FT /Sig /T (moi) /V ${isKind(value, 'ref') ? refText(value) : ''} >>`,
          ),
        },
        edit(file, catalogNumber(file), { AcroForm: form }),
      ];
    },
  ],
  [
    '12: appearance of a field changed, value kept',
    'change.appearance-differs',
    (file, next) => {
      const num = next();
      return [
        {
          num,
          gen: 0,
          body: streamBody(
            [
              ['Subtype', '/Form'],
              ['BBox', '[0 0 100 18]'],
            ],
            pdfBytes('0 0 100 18 re f'),
          ),
        },
        edit(file, fieldNumber(file, 'so'), { AP: `<< /N ${refText({ num })} >>` }),
      ];
    },
  ],
  [
    '12: value changed, appearance kept',
    'change.appearance-differs',
    (file) => [edit(file, fieldNumber(file, 'so'), { V: '(99)' })],
  ],
  [
    '12: the fields’ font replaced',
    'change.form',
    (file) => {
      const fontsOfForm = dictOf(file.now.get(dictOf(file.now.get(formDict(file), 'DR')), 'Font'));
      const font = rawEntry(fontsOfForm, 'TcvSerif');
      return [
        {
          num: isKind(font, 'ref') ? font.num : 0,
          gen: 0,
          body: pdfBytes('<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>'),
        },
      ];
    },
  ],
  [
    '14: an annotation laid over the text',
    'change.annotation',
    (file, next) => {
      const num = next();
      const annots = file.now.get(listPages(file.now)[0]?.dict, 'Annots');
      const kept = isKind(annots, 'array')
        ? annots.items.map((item) => (isKind(item, 'ref') ? refText(item) : ''))
        : [];
      return [
        {
          num,
          gen: 0,
          body: pdfBytes(
            '<< /Type /Annot /Subtype /FreeText /Rect [0 0 600 800] /DA (/Helv 12 Tf) >>',
          ),
        },
        edit(file, pageNumber(file), { Annots: `[${kept.join(' ')} ${refText({ num })}]` }),
      ];
    },
  ],
  [
    '18: a field renamed',
    'change.form',
    (file) => [edit(file, fieldNumber(file, 'ngay'), { T: '(ngay_khac)' })],
  ],
  [
    '18: a field made editable or hidden',
    'change.field',
    (file) => [edit(file, fieldNumber(file, 'so'), { F: '2' })],
  ],
  [
    '18: the form removed',
    'file.undeclared-signature',
    (file) => [edit(file, catalogNumber(file), { AcroForm: undefined })],
  ],
  ['19: page turned', 'change.page', (file) => [edit(file, pageNumber(file), { Rotate: '180' })]],
  [
    '19: page cropped',
    'change.page',
    (file) => [edit(file, pageNumber(file), { CropBox: '[0 0 100 100]' })],
  ],
  [
    '19: page added',
    'change.page-tree',
    (file, next) => {
      const num = next();
      const root = rawEntry(catalogOf(file.now), 'Pages');
      const tree = isKind(root, 'ref') ? root.num : 0;
      return [
        {
          num,
          gen: 0,
          body: pdfBytes(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 595 842] >>`),
        },
        edit(file, tree, { Kids: `[${pageNumber(file)} 0 R ${num} 0 R]`, Count: '2' }),
      ];
    },
  ],
  [
    '13: page tree swapped',
    'change.page-tree',
    (file, next) => {
      const num = next();
      const page = next();
      return [
        { num, gen: 0, body: pdfBytes(`<< /Type /Pages /Kids [${page} 0 R] /Count 1 >>`) },
        {
          num: page,
          gen: 0,
          body: pdfBytes(`<< /Type /Page /Parent ${num} 0 R /MediaBox [0 0 595 842] >>`),
        },
        edit(file, catalogNumber(file), { Pages: refText({ num }) }),
      ];
    },
  ],
  [
    '20: an open action',
    'change.catalog',
    (file) => [
      edit(file, catalogNumber(file), { OpenAction: '<< /S /JavaScript /JS (app.alert) >>' }),
    ],
  ],
  [
    '20: layers',
    'change.catalog',
    (file) => [edit(file, catalogNumber(file), { OCProperties: '<< /OCGs [] /D << >> >>' })],
  ],
  ['21: NeedAppearances', 'change.form', (file) => [editForm(file, { NeedAppearances: 'true' })]],
  ['21: XFA', 'change.form', (file) => [editForm(file, { XFA: '(x)' })]],
  [
    '22, V-9: another reason',
    'change.signature',
    (file) => {
      const held = rawEntry(findField(readForm(file.now), 'ky_ca_nhan')?.dict, 'V');
      return [edit(file, isKind(held, 'ref') ? held.num : 0, { Reason: '(khac)' })];
    },
  ],
  [
    '17: validation data that hides a changed font',
    'change.validation-data',
    (file, next) => {
      const num = next();
      return [
        { num, gen: 0, body: streamBody([['Subtype', '/Form']], pdfBytes('')) },
        edit(file, catalogNumber(file), { DSS: `<< /Certs [${num} 0 R] >>` }),
      ];
    },
  ],
  [
    '16: the appearance of a new signature field is also the page’s content',
    'change.page',
    (file, next) => {
      const look = next();
      const field = next();
      const page = listPages(file.now)[0]?.dict;
      return [
        { num: look, gen: 0, body: streamBody([['Subtype', '/Form']], pdfBytes('0 0 99 99 re f')) },
        {
          num: field,
          gen: 0,
          body: pdfBytes(
            `<< /Type /Annot /Subtype /Widget /FT /Sig /T (moi) /Rect [0 0 9 9] /AP << /N ${look} 0 R >> >>`,
          ),
        },
        editForm(file, { Fields: extended(file, formDict(file), 'Fields', field) }),
        edit(file, pageNumber(file), {
          Annots: extended(file, page, 'Annots', field),
          Contents: refText({ num: look }),
        }),
      ];
    },
  ],
  [
    '18: a signature field removed',
    'file.undeclared-signature',
    (file) => [
      editForm(file, {
        Fields: `[${listed(file, formDict(file), 'Fields').slice(0, 1).join(' ')}]`,
      }),
    ],
  ],
  [
    '18: the certification’s /Perms forged',
    'change.catalog',
    (file) => [edit(file, catalogNumber(file), { Perms: '<< /DocMDP null >>' })],
  ],
  [
    '19: all pages removed',
    'change.page-tree',
    (file) => [edit(file, treeNumber(file), { Kids: '[]', Count: '0' })],
  ],
  [
    '19: paper made smaller',
    'change.page',
    (file) => [edit(file, pageNumber(file), { MediaBox: '[0 0 300 300]' })],
  ],
  [
    '20: an action when the document is closed',
    'change.catalog',
    (file) => [edit(file, catalogNumber(file), { AA: '<< /WC << /S /JavaScript /JS (x) >> >>' })],
  ],
  [
    '20: a script by name',
    'change.catalog',
    (file) => [
      edit(file, catalogNumber(file), {
        Names: '<< /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>',
      }),
    ],
  ],
  [
    '20: an action of a page',
    'change.page',
    (file) => [
      edit(file, pageNumber(file), { AA: '<< /O << /S /URI /URI (http://x.invalid) >> >>' }),
    ],
  ],
  [
    '20: an outline added',
    'change.catalog',
    (file) => [edit(file, catalogNumber(file), { Outlines: '<< /Type /Outlines /Count 0 >>' })],
  ],
  [
    '20: the structure tree replaced',
    'change.catalog',
    (file) => [edit(file, catalogNumber(file), { StructTreeRoot: '<< /Type /StructTreeRoot >>' })],
  ],
];

const treeNumber = (file: PdfFile): number => {
  const root = rawEntry(catalogOf(file.now), 'Pages');
  return isKind(root, 'ref') ? root.num : 0;
};
