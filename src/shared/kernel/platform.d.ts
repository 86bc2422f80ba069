/** The little that `shared` takes from every JavaScript platform it runs on (Node, Electron, browser). */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: 'utf-8' | 'utf-16le', options?: { readonly fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
/** Base64 of a text whose characters are bytes (HTML, section 8.3). */
declare function btoa(data: string): string;
declare function atob(data: string): string;
