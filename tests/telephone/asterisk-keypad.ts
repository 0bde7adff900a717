import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

/** The payload type that the bench's phones offer for telephone events. */
const PAYLOAD_TYPE = 101;
/** RFC 4733 section 2.5.1: clock of 8 kHz, one packet per 20 ms; a digit lasts 100 ms. */
const UNITS_PER_PACKET = 160;
const PACKET_MS = 20;
const PACKETS_PER_DIGIT = 5;
/** Section 2.5.1.4: the end is said three times, since packets get lost. */
const END_PACKETS = 3;

/**
 * Presses digits on a line whose PBX takes them from any source (`strictrtp=no`). The recordings that come with sipp
 * have one fixed time stamp per digit, and a PBX ignores a digit that is not younger than the last: with them 5, 1, 9
 * arrives as 5, 9, and the same digit twice as once.
 */
export class Keypad {
  #sequence = 0;
  #timestamp = 0;

  /** Presses one digit. `address` is where the PBX takes the audio of this call. */
  async press(
    digit: string,
    address: { readonly host: string; readonly port: number },
  ): Promise<void> {
    const socket = createSocket('udp4');
    this.#timestamp += 8_000; // A second of silence between two digits.
    for (let at = 1; at <= PACKETS_PER_DIGIT + END_PACKETS; at += 1) {
      const packet = this.#packet('0123456789*#'.indexOf(digit), at);
      await new Promise((resolve) => {
        socket.send(packet, address.port, address.host, resolve);
      });
      await sleep(PACKET_MS);
    }
    socket.close();
  }

  #packet(event: number, at: number): Buffer {
    const isEnd = at > PACKETS_PER_DIGIT;
    this.#sequence += 1;
    const packet = Buffer.alloc(16);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8((at === 1 ? 0x80 : 0) | PAYLOAD_TYPE, 1);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(0x52494e47, 8);
    packet.writeUInt8(event, 12);
    packet.writeUInt8((isEnd ? 0x80 : 0) | 10, 13);
    packet.writeUInt16BE(Math.min(at, PACKETS_PER_DIGIT) * UNITS_PER_PACKET, 14);
    return packet;
  }
}
