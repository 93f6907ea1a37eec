/**
 * Ports that Wireshark takes for another protocol than SIP and HTTP, whatever was said on them (`tshark -G decodes`, 4.0):
 * who gives out ports avoids them, so that capture files are read as what they are. From 10000 on, without the range that
 * neither `freePort` nor a system gives out. RTP needs none of this: SDP has announced it.
 */
export const claimed: { readonly udp: ReadonlySet<number>; readonly tcp: ReadonlySet<number> } = {
  udp: new Set([
    ...[10253, 10500, 11211, 11273, 11898, 12000, 12001, 12002, 12003, 12004, 12220, 12222, 12223, 13400, 13819, 13907],
    ...[13910, 17220, 17500, 17754, 17755, 17756, 18246, 19132, 19788, 19948, 19999],
    ...[34962, 34980, 37008, 41170, 44818, 45564, 47000, 47808, 49999, 54328, 56000, 56001, 56500, 56501, 57000, 57001],
    ...[57032, 57033, 57500, 57501, 57532, 57533, 59000, 59001, 59032, 59033, 59500, 59501, 59532, 59533, 60001],
  ]),
  tcp: new Set([
    ...[10000, 10288, 11207, 11210, 11211, 11371, 13400, 13819, 14001, 15740, 17500, 17755, 17756, 19006, 19042, 19043],
    ...[19506, 19543, 19999],
    ...[34980, 44321, 44322, 44818, 48049, 48898, 57000],
  ]),
};

/** Binds any port until it is one that nobody claims. Those that are claimed are held meanwhile, so that none comes twice. */
export async function unclaimed<Bound extends { close(): unknown }>(
  transport: 'udp' | 'tcp',
  bind: () => Promise<Bound>,
  portOf: (bound: Bound) => number,
): Promise<Bound> {
  const bound = await bind();
  if (!claimed[transport].has(portOf(bound))) return bound;
  try {
    return await unclaimed(transport, bind, portOf);
  } finally {
    bound.close();
  }
}
