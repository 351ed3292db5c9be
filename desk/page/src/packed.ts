// What stands in the page packed, to keep the file small: base64 of gzip.

export function unpacked(base64: string): Response {
  const packed = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
}
