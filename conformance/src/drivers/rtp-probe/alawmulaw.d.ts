/** The package declares named exports, but is CommonJS with one default export. */
declare module 'alawmulaw' {
  interface Companding {
    decode(samples: Uint8Array): Int16Array;
    encode(samples: Int16Array): Uint8Array;
  }
  const codecs: { readonly mulaw: Companding; readonly alaw: Companding };
  export default codecs;
}
