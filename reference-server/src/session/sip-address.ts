/**
 * The addresses that an application may have called: SIP and SIPS URIs as they may stand in a Request-URI (RFC 3261 section
 * 19.1.1, D-REQUESTURI), that is without headers and `method`. Every percent sign begins an escape.
 */
const uri =
  /^sips?:(?:((?:[^\s@<>"%\x00-\x1f\x7f]|%[\da-f]{2})+)@)?(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:;(?!(?:[^?]*;)?method=)(?:[^\s@<>"?%\x00-\x1f\x7f]|%[\da-f]{2})*)?$/i;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** User part without password and user parameters, percent-decoded; undefined when it is no SIP URI. */
export const sipUser = (address: string): string | undefined => {
  const match = uri.exec(address);
  const port = Number(match?.[3] ?? 1);
  return match === null || port < 1 || port > 65535 ? undefined : decoded(match[1]?.split(/[;:]/)[0] ?? '');
};
