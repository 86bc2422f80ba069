import { concatBytes, utf8 } from '../kernel/bytes';

/**
 * The content coding of small JSON bodies (§6.4): raw deflate (RFC 1951) with words known beforehand. A request is
 * packed against the words below, its answer against these and the request, since most ids in an answer were just sent.
 * The name ends in the first 32 bits of the words' SHA-256: other words are another coding, and what a program does not
 * know it refuses by `http.unknown-coding`.
 */
export const PACKING = 'tcv-1b563fc8';

/** Larger answers travel as brotli: what both sides know beforehand makes up for little there. */
export const PACKED_BELOW_BYTES = 32 * 1024;

/** Deflate looks no further back. */
const WINDOW_BYTES = 32 * 1024;

/** What a request was packed with; with the bytes of the question as they were before packing, what its answer was. */
export const packingWords = (question?: Uint8Array): Uint8Array<ArrayBuffer> =>
  question ? concatBytes(WORDS, question.subarray(-WINDOW_BYTES)) : WORDS;

/**
 * Frozen: what travels most often, with the most frequent last. Names, order and constant values are those that the
 * programs write; where one of them has changed, packing only takes a few bytes more.
 */
const WORDS = utf8(
  [
    '"draftingUnitId":"","documentTypeId":"","subject":"","signingForm":"KT","signerUserId":"","signerName":"","signerPosition":"Chủ tịchPhó Chủ tịch","place":"","priority":0,"circulation":"khong","recipients":[{"agencyCode":"","name":"Ủy ban nhân dân ","kind":"chinh","channel":"lienThong"},{"agencyCode":null,"name":"","kind":"deBiet","channel":"giay"}],"issuedAmount":1,"pageAmount":null,"replyDueDate":null,"replyToIncomingIds":[],"note":null,"notSecretConfirmed":true,"drafts":[{"sha256":"","name":".docx","sizeBytes":,"mime":"application/vnd.openxmlformats-officedocument.wordprocessingml.document","role":"duThao"}],"state":"duThaochoDonVichoTheThucchoKydaKydaCapSodaDongDaudaPhatHanh","draftedBy":"","draftedAt":"","finalPdf":{"sha256":"","name":".pdf","sizeBytes":,"mime":"application/pdf","role":"chinh"},"reviews":[{"id":"","kind":"noiDungtheThuckyBanHanhdongDau","userId":"","role":"lanhDao","fileSha256":"","opinion":null,"at":""}],"numberRequestedAt":null,"registerId":null,"codeNumber":null,"codeDisplay":null,"issuedDate":null,"dispute":null,"dispatchRequestedAt":null,"dispatchedAt":null,"appendices":[],"deliveries":[],"additions":[]',
    '"number":1,"date":"","documentId":"","givenBy":"","kind":"document","note":null,"keptFor":null',
    '"recovery":{"lastN":"notices":[{"kind":"rescan","scope":"dossier:unit:","sums":["rescan":{"kind":"leave""kind":"delete","hash":"","content":null{"answer":"wait","n":{"answer":"expect","expected":"outcome":{"status":"held","code":""status":"rejected","code":""status":"merged","conflicts":["',
    '"kind":"cmd.submitDraft","kind":"cmd.approveContent","kind":"cmd.approveFormat","kind":"cmd.recordSignature","kind":"cmd.recordSeal","kind":"cmd.dispatch","kind":"cmd.requestNumber","kind":"create","target":{"type":"registerEntry"target":{"type":"outgoingDocument","id":""},"base":null,"body":{"files":[""add":{"remove":{"seen":{"append":{"settles":["reason":"',
    '"organId":"","registerId":"","arrivalDate":"20","channel":"AXIS","hasPaper":false,"issuerCode":null,"issuerName":"Sở ","codeDisplay":"/UBND","codeNumber":"","codeNotation":"","issuedDate":"20","documentTypeId":"","subject":"Về việc ","language":"Tiếng Việt","pageAmount":1,"copies":1,"signerName":"Nguyễn Văn ","signerPosition":"Giám đốc","priority":0,"circulation":"khong","requiresReply":false,"dueDate":null,"forInfo":false,"routedTo":null,"note":null,"notSecretConfirmed":true,"files":[],"deliveryId":null,"state":"daDangKy","arrivalNumber":1,"numberRequestedAt":null,"dispute":null,"registeredBy":"","registeredAt":"20T00:00:00.000Z","routedUnitId":null,"corrections":[{"id":"","userId":"","role":"vanThu","at":"20","reason":null,"changes":[{"field":"","was":null,"now":""}]}]',
    '{"results":[{"answer":"final","n":1,"outcome":{"status":"applied","rev":2,"seq":1}}],"pages":[{"scope":"office:","entries":[{"seq":1,"kind":"put","type":"incomingDocument","id":"","rev":2,"hash":"","tx":1,"content":{}}],"next":1,"head":1,"digest":{"sum":"","count":1}}],"repairs":[],"scopes":["office:","user:"],"heads":{"office:":1,"user:":0},"notices":[],"timeline":"","ancestry":[],"serverTime":1,"leases":[],"ticket":"1.1."}',
    '{"results":[],"pages":[],"repairs":[],"scopes":["office:',
    '{"proto":1,"dev":"","inc":1,"ticket":"1","timeline":"","ops":[],"cursors":{"office:":1',
    '"ops":[{"opId":"","dev":"","inc":1,"n":1,"actor":"","role":"vanThu","office":"","kind":"patch","target":{"type":"incomingDocument","id":""},"base":1,"body":{"set":{"note":{"was":null,"now":""}}},"schema":1,"proto":1,"at":{"wall":1,"tzOffset":420,"bootId":"","mono":1,"trustedLow":1,"trustedHigh":null},"prev":"","sig":""}],"cursors":{"office:":1},"digests":{"office:":{"seq":1,"digest":{"sum":"","count":1}}},"loads":{},"want":524288}',
  ].join(''),
);
