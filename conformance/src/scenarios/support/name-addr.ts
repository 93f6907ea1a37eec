/** From, Contact, Diversion and their like, taken apart (RFC 3261 25.1). */

export interface NameAddr {
  /** Without its quotes and their escapes; undefined where there is none. */
  readonly displayName: string | undefined;
  readonly uri: string;
  /** Up to the first `;` or `:` of the user part, unescaped. */
  readonly user: string;
  /** Parameters inside the user part, as of a telephone number. */
  readonly userParameters: Readonly<Record<string, string>>;
  readonly uriParameters: Readonly<Record<string, string>>;
  readonly headerParameters: Readonly<Record<string, string>>;
}

/** Empty parts for what is not there, so that whatever is expected of them fails. */
export function nameAddr(value: string | undefined): NameAddr {
  const [, quoted, token, uri = '', rest = ''] =
    /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*?))\s*<([^>]*)>(.*)$/s.exec(value ?? '') ?? [];
  const [, userInfo = ''] = /^sips?:([^@]*)@/.exec(uri) ?? [];
  const [user = '', ...userParts] = userInfo.split(';');
  const [, ...uriParts] = uri.slice(uri.indexOf('@') + 1).split(';');
  const name = quoted?.replace(/\\(.)/gs, '$1') ?? token?.trim();
  return {
    displayName: name === '' ? undefined : name,
    uri,
    user: unescaped(user.replace(/:.*$/, '')),
    userParameters: parameters(userParts),
    uriParameters: parameters(uriParts),
    headerParameters: parameters(rest.split(';').slice(1)),
  };
}

function parameters(parts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    parts.map((part) => {
      const [, name = '', text = ''] = /^\s*([^=\s]+)\s*(?:=\s*(.*?))?\s*$/s.exec(part) ?? [];
      return [name.toLowerCase(), unescaped(text.replace(/^"(.*)"$/s, '$1'))];
    }),
  );
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
