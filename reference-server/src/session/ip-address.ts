/** IP addresses as SDP has them; without the parser of the runtime, which is no pure module. */
const four = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

const isGroups = (text: string): number | undefined => {
  const groups = text === '' ? [] : text.split(':');
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group)) ? groups.length : undefined;
};

/** RFC 4291 section 2.2: eight groups, `::` once for some of them, an IPv4 address for the last two. */
const isIpv6 = (text: string): boolean => {
  const cut = text.lastIndexOf(':') + 1;
  if (cut === 0) return false;
  const last = text.slice(cut);
  const whole = last.includes('.') ? (four.test(last) ? `${text.slice(0, cut)}0:0` : undefined) : text;
  const [before = '', after, more] = whole?.split('::') ?? [];
  const [first, second] = [isGroups(before), isGroups(after ?? '')];
  if (whole === undefined || more !== undefined || first === undefined || second === undefined) return false;
  return after === undefined ? first === 8 : first + second < 8;
};

export const isIpAddress = (text: string): boolean => four.test(text) || isIpv6(text);
