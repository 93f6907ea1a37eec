/** RTCP that came, compound by compound (RFC 3550 section 6). Pure. */
import { packets as rtp } from 'rtp.js';
import type { ReportRecord } from './types.ts';

/** From 1900 to 1970, seconds. */
const ntpEpoch = 2_208_988_800;
/** RFC 3550 section 6.5.1. */
const cnameItem = 1;
const kindOf: Readonly<Record<number, string>> = { 200: 'SR', 201: 'RR', 202: 'SDES', 203: 'BYE', 204: 'APP' };

/** A compound as it came, or what could be read of it. `at` is handed through. */
export function readReport(at: number, bytes: Uint8Array): ReportRecord {
  const packets = taken(bytes);
  const kinds = packets?.map((packet) => kindOf[packet.getPacketType()] ?? String(packet.getPacketType())) ?? [
    'malformed',
  ];
  let [record, bye]: [ReportRecord, number[]] = [{ at, kinds, blocks: [], bye: [] }, []];
  for (const packet of packets ?? []) {
    if (packet instanceof rtp.SenderReportPacket) {
      const sender = {
        ntpMs: (packet.getNtpSeconds() - ntpEpoch + packet.getNtpFraction() / 2 ** 32) * 1000,
        timestamp: packet.getRtpTimestamp(),
        packets: packet.getPacketCount(),
        octets: packet.getOctetCount(),
      };
      record = { ...record, ssrc: packet.getSsrc(), sender, blocks: packet.getReports().map(blockOf) };
    } else if (packet instanceof rtp.ReceiverReportPacket) {
      record = { ...record, ssrc: packet.getSsrc(), blocks: packet.getReports().map(blockOf) };
    } else if (packet instanceof rtp.SdesPacket) {
      const chunk = packet.getChunks().find((each) => each.getSsrc() === record.ssrc);
      const cname = chunk?.getItems().find(({ type }) => type === cnameItem)?.text;
      if (cname !== undefined) record = { ...record, cname };
    } else if (packet instanceof rtp.ByePacket) {
      bye = [...bye, ...packet.getSsrcs()];
    }
  }
  return { ...record, bye };
}

function taken(bytes: Uint8Array): rtp.RtcpPacket[] | undefined {
  try {
    return new rtp.CompoundPacket(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)).getPackets();
  } catch {
    return undefined;
  }
}

const blockOf = (report: rtp.ReceptionReport): ReportRecord['blocks'][number] => ({
  ssrc: report.getSsrc(),
  fractionLost: report.getFractionLost(),
  // Of 24 bits with a sign; the library's own reading of it drops the upper ones.
  lost: (report.getView().getInt32(4) << 8) >> 8,
  highest: report.getHighestSeqNumber(),
  jitter: report.getJitter(),
});
