import { createChance } from '../../../test/simulation/random';

/** What stands on received papers where signature and seal would be; both say that they are a demonstration. */

/** A line as a pen draws it, always the same for a name; nobody's real signature. */
export function drawSignature(name: string): string {
  const chance = createChance(`signature/${name}`);
  let path = `M10 ${chance.integer(30, 45)}`;
  for (let x = 10; x < 120; x += chance.integer(14, 24)) {
    const [up, down] = [chance.integer(2, 22), chance.integer(38, 60)];
    path += ` C${x + 6} ${up} ${x + 14} ${down} ${x + chance.integer(12, 22)} ${chance.integer(24, 40)}`;
  }
  return `<svg width="105pt" height="50pt" viewBox="0 0 150 64" style="margin:-25pt 0 0 -52pt"><path d="${path} q 20 -14 6 10 t -70 10" fill="none" stroke="#1c3fa8" stroke-width="2"/></svg>`;
}

/** A round seal, a third over the signature from the left (van-ban.md §3.5), with the words TRÌNH DIỄN. */
export function drawSeal(issuer: string): string {
  const size = Math.min(10, 200 / issuer.length);
  return `<svg width="100pt" height="100pt" viewBox="0 0 120 120" style="margin:-50pt 0 0 -112pt;opacity:.82" fill="none" stroke="#d21f1f"><defs><path id="arc" d="M 18 66 A 43 43 0 1 1 102 66"/></defs><circle cx="60" cy="60" r="57" stroke-width="2.4"/><circle cx="60" cy="60" r="34" stroke-width="1.2"/><g fill="#d21f1f" stroke="none" font-family="Liberation Sans, Arial, sans-serif" font-weight="bold" text-anchor="middle"><text font-size="${size.toFixed(1)}"><textPath href="#arc" startOffset="50%">${issuer}</textPath></text><text x="60" y="58" font-size="16">★</text><text x="60" y="74" font-size="8">TRÌNH DIỄN</text><text x="60" y="106" font-size="5.5">KHÔNG CÓ GIÁ TRỊ</text></g></svg>`;
}
