import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Recordings of telephone events that come with sipp. Sent with payload type 101. */
export const PCAP_FOLDER = '/usr/share/sip-tester';
/** How often 1 can be pressed in one call. */
export const ONES_MAX = 10;
/** The sizes of what stands before the packets, before each packet, and before the RTP header in it (Ethernet, IP, UDP). */
const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const BEFORE_RTP_BYTES = 42;
/** Between two presses: later than the recording of every other digit, by far. */
const SEQUENCE_STEP = 1_000;
const TIMESTAMP_STEP = 1_000_000;

/** What a phone is told for the first, second … press of 1 in a call. */
export function pressOfOne(times: number): 'press-1' | `press-1-again-${string}` {
  if (times > ONES_MAX) throw new Error(`1 can be pressed ${ONES_MAX.toString()} times in a call`);
  return times === 1 ? 'press-1' : `press-1-again-${times.toString()}`;
}

/** The recording of the second, third … 1 of a call, in the folder of the phone. */
export function recordingOf(times: number): string {
  return `one-${times.toString()}.pcap`;
}

/**
 * Writes these recordings. Those that come with sipp have one fixed time stamp per digit, and a PBX ignores a digit
 * that is not younger than the last: the same digit twice would arrive once.
 */
export function recordOnes(folder: string): void {
  const first = readFileSync(join(PCAP_FOLDER, 'dtmf_2833_1.pcap'));
  for (let times = 2; times <= ONES_MAX; times += 1) {
    writeFileSync(join(folder, recordingOf(times)), later(first, times - 1));
  }
}

/** The same digit, so many steps later (RFC 3550 section 5.1 tells where the numbers stand). */
function later(recording: Buffer, steps: number): Buffer {
  const copy = Buffer.from(recording);
  for (let at = FILE_HEADER_BYTES; at < copy.length; ) {
    const bytes = copy.readUInt32LE(at + 8);
    const rtp = at + PACKET_HEADER_BYTES + BEFORE_RTP_BYTES;
    copy.writeUInt16BE((copy.readUInt16BE(rtp + 2) + steps * SEQUENCE_STEP) % 65_536, rtp + 2);
    copy.writeUInt32BE(copy.readUInt32BE(rtp + 4) + steps * TIMESTAMP_STEP, rtp + 4);
    at += PACKET_HEADER_BYTES + bytes;
  }
  return copy;
}
