import { findDocumentType } from '@shared/domain/document/document-type';
import { longDate, type Block, type Paper } from './paper';
import { drawSeal, drawSignature } from './stamp';

/**
 * NĐ 30/2020/NĐ-CP, Phụ lục I (van-ban.md §1.3): A4, 20 mm above and below, 30 mm left, 15 mm right; page number centred
 * in the top margin, not on page 1. Margins are those that `shared/pades/find-places.ts` expects of our templates.
 */
const STYLE = `
@page { size: A4; margin: 20mm 15mm 20mm 30mm;
  @top-center { content: counter(page); font: 13pt "Liberation Serif", "Times New Roman", serif; } }
@page :first { @top-center { content: none; } }
html, body { margin: 0; }
body { font: 14pt/1.28 "Liberation Serif", "Times New Roman", serif; color: #000; }
.row { display: flex; justify-content: space-between; text-align: center; line-height: 1.15; }
.left { width: 40%; } .right { width: 60%; }
.country { font-size: 12.5pt; font-weight: bold; white-space: nowrap; }
.motto { font-size: 13.5pt; font-weight: bold; display: inline-block; border-bottom: .8pt solid #000; padding-bottom: 1.5pt; }
.parent { font-size: 12.5pt; } .issuer { font-size: 12.5pt; font-weight: bold; }
.rule { border-top: .8pt solid #000; width: 34%; margin: 2pt auto 0; }
.codes { margin-top: 6pt; align-items: flex-start; }
.code, .date { line-height: 18pt; } .code { font-size: 13pt; } .date { font-size: 13.5pt; font-style: italic; }
.gap { display: inline-block; vertical-align: bottom; height: 18pt; }
.parent, .issuer, .about, .title { text-wrap: balance; }
.about { font-size: 12.5pt; margin: 5pt 8pt 0; line-height: 1.1; }
.urgent { display: inline-block; margin-top: 6pt; padding: 1pt 10pt; border: 1.4pt solid #c00; color: #c00; font: bold 13pt "Liberation Serif", serif; }
.title { text-align: center; font-weight: bold; margin-top: 16pt; line-height: 1.2; }
.title .rule { margin-top: 4pt; }
.to { display: flex; justify-content: center; margin: 16pt 0 8pt; }
.to div + div { margin-left: 6pt; }
p { margin: 0 0 6pt; text-align: justify; text-indent: 1.27cm; }
p.h1 { font-weight: bold; break-after: avoid; } p.h2 { font-weight: bold; break-after: avoid; }
p.basis { font-style: italic; } .body { margin-top: 12pt; }
.centre { text-align: center; font-weight: bold; margin: 10pt 0 8pt; }
table { width: calc(100% - 1px); border-collapse: collapse; margin: 4pt 0 10pt; font-size: 13pt; line-height: 1.15; }
td, th { border: .7pt solid #000; padding: 3pt 5pt; vertical-align: middle; } th { text-align: center; }
td.n { text-align: center; } tr { break-inside: avoid; } thead { display: table-header-group; }
.appendix { break-before: page; text-align: center; font-weight: bold; margin-bottom: 10pt; }
.end { margin-top: 14pt; } .last { break-inside: avoid; }
p:has(+ table) { break-after: avoid; }
.copies { text-align: left; font-size: 11pt; line-height: 1.15; } .copies b { font-size: 12pt; font-style: italic; }
.signer { font-weight: bold; font-size: 13.5pt; position: relative; }
.space { position: relative; height: 80pt; } .space .gap { width: 153pt; height: 74pt; }
.space svg { position: absolute; left: 50%; top: 50%; }
.links { position: absolute; opacity: 0; font-size: 1px; } .links a { color: inherit; }
`;

const URGENCY = ['', 'KHẨN', 'THƯỢNG KHẨN', 'HỎA TỐC'] as const;

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const lines = (texts: readonly string[]): string => texts.map(escape).join('<br>');

/**
 * The page of a paper, for Chromium's print. A draft (not issued) has open spaces with the ids `tcv-so`, `tcv-ngay` and
 * `tcv-ky`, which `findPlaces` finds in the PDF as named destinations.
 */
export function renderPaper(paper: Paper): string {
  const { issued } = paper;
  // The appendix of a decision follows the signature.
  const at = paper.blocks.findIndex(({ kind }) => kind === 'appendix');
  const [main, appendix] =
    at < 0 ? [paper.blocks, []] : [paper.blocks.slice(0, at), paper.blocks.slice(at)];
  // The last sentence stays with the signature: no page carries a signature alone.
  const links = issued
    ? ''
    : '<div class="links"><a href="#tcv-so">.</a><a href="#tcv-ngay">.</a><a href="#tcv-ky">.</a></div>';
  return `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>${escape(paper.subject)}</title><style>${STYLE}</style></head><body>
${head(paper)}
${opening(paper)}
${paper.bases.length > 0 ? `<div class="centre">${escape(paper.authority)}</div>` : ''}
<div class="body">${paper.bases.map((base, index) => `<p class="basis">${escape(base)}${index === paper.bases.length - 1 ? '.' : ';'}</p>`).join('')}
${paper.bases.length > 0 ? `<div class="centre">${paper.kind === 'NQ' ? 'QUYẾT NGHỊ:' : 'QUYẾT ĐỊNH:'}</div>` : ''}
${main.slice(0, -1).map(renderBlock).join('\n')}</div>
<div class="last">${main.slice(-1).map(renderBlock).join('')}
${ending(paper)}</div>
${appendix.map(renderBlock).join('\n')}
${links}</body></html>`;
}

/** Boxes 1 to 4, 5b and 10b of the decree's diagram. */
function head(paper: Paper): string {
  const { issued, priority } = paper;
  const number = issued
    ? issued.number
    : '<span class="gap" id="tcv-so" style="width:60pt"></span>';
  const date = issued
    ? escape(longDate(paper.place, issued.date))
    : '<span class="gap" id="tcv-ngay" style="width:230pt"></span>';
  const about = paper.kind === 'CV' ? `<div class="about">${escape(paper.subject)}</div>` : '';
  const urgent = priority > 0 ? `<div class="urgent">${URGENCY[priority]}</div>` : '';
  return `<div class="row"><div class="left">${paper.parent ? `<div class="parent">${escape(paper.parent)}</div>` : ''}<div class="issuer">${lines(paper.issuerLines)}</div><div class="rule"></div></div>
<div class="right"><div class="country">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div><div class="motto">Độc lập - Tự do - Hạnh phúc</div></div></div>
<div class="row codes"><div class="left"><div class="code">Số: ${number}${escape(paper.notation)}</div>${about}${urgent}</div><div class="right date">${date}</div></div>`;
}

/** Box 5a (tên loại, trích yếu) and box 9a (Kính gửi). */
function opening(paper: Paper): string {
  const name = findDocumentType(paper.kind)?.name.replace(/ \(.*\)$/, '') ?? '';
  const title =
    paper.kind === 'CV'
      ? ''
      : `<div class="title">${name.toUpperCase()}<br>${escape(paper.subject)}<div class="rule" style="width:22%"></div></div>`;
  const isInvitation = paper.kind === 'GM';
  const to =
    paper.addressees.length === 0 || isInvitation
      ? ''
      : paper.addressees.length === 1
        ? `<div class="to"><div>Kính gửi:</div><div>${escape(paper.addressees[0] ?? '')}.</div></div>`
        : `<div class="to"><div>Kính gửi:</div><div><br>${paper.addressees.map((one) => `- ${escape(one)};`).join('<br>')}</div></div>`;
  return title + to;
}

/** Boxes 7 to 9b: signature block right, "Nơi nhận" left. */
function ending(paper: Paper): string {
  const copies = paper.copies
    .map((copy, index) => `- ${escape(copy)}${index === paper.copies.length - 1 ? '.' : ';'}`)
    .join('<br>');
  const space = paper.issued
    ? `${drawSignature(paper.signature.name)}${drawSeal(paper.issuerLines.join(' '))}`
    : '<span class="gap" id="tcv-ky"></span>';
  return `<div class="row end"><div class="left copies"><b>Nơi nhận:</b><br>${copies}</div>
<div class="right signer">${lines(paper.signature.titles)}<div class="space">${space}</div>${escape(paper.signature.name)}</div></div>`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<p class="h${block.level}">${escape(block.text)}</p>`;
    case 'text':
      return `<p>${escape(block.text)}</p>`;
    case 'article':
      return `<p><b>Điều ${block.number}.</b> ${escape(block.text)}</p>`;
    case 'appendix':
      return `<div class="appendix">${escape(block.label)}<br>${escape(block.title)}</div>`;
    case 'table':
      return renderTable(block);
  }
}

const isNumeric = (cell: string): boolean => /^[\d.,]*$/.test(cell);

const renderTable = ({ columns, rows }: Extract<Block, { kind: 'table' }>): string =>
  `<table><thead><tr>${columns.map((column) => `<th>${escape(column)}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      (row) =>
        `<tr>${row.map((cell) => `<td${isNumeric(cell) ? ' class="n"' : ''}>${escape(cell)}</td>`).join('')}</tr>`,
    )
    .join('')}</tbody></table>`;
